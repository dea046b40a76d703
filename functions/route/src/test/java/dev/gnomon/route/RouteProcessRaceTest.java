package dev.gnomon.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.verification.routes.RouteRacer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several JVMs with several threads each switch one resource on one directory store, while the
/// Redis that they share is killed and started again, empty, all the time.
class RouteProcessRaceTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final int PROCESSES = 3;
  private static final int THREADS = 4;
  private static final long LAST = 300;

  @TempDir Path directory;
  private final RedisServer redis = RedisServer.start();
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
    redis.close();
  }

  @Test
  void everyEpochHasOneWinnerAcrossProcessesWhileRedisIsKilledAgainAndAgain() throws Exception {
    RouteTable judge =
        new RouteTable(
            new ControlRecords(
                DirectoryObjectStore.open(directory, Clock.systemUTC()),
                () -> UUID.randomUUID().toString()),
            RouteIndex.none());
    List<BufferedReader> outputs = new ArrayList<>();
    for (int number = 0; number < PROCESSES; number++) {
      Process process = launch("process" + number);
      processes.add(process);
      outputs.add(process.inputReader(StandardCharsets.UTF_8));
    }
    for (BufferedReader output : outputs) {
      assertThat(output.readLine()).isEqualTo("ready");
    }
    for (Process process : processes) {
      process.outputWriter().append("go\n").flush();
    }
    AtomicInteger restarts = new AtomicInteger();
    do {
      redis.restart();
      restarts.incrementAndGet();
    } while (judge.current(SITE).map(route -> route.epoch().value()).orElse(0L) < LAST
        && processes.stream().anyMatch(Process::isAlive));

    List<String> names = new ArrayList<>();
    List<List<Long>> wins = new ArrayList<>();
    for (BufferedReader output : outputs) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        int space = line.indexOf(' ');
        names.add(line.substring(0, space));
        wins.add(epochs(line.substring(space + 1)));
      }
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    assertThat(names).hasSize(PROCESSES * THREADS);
    assertThat(restarts.get()).isPositive();
    RouteRacer.check(judge, SITE, LAST, names, wins);
  }

  private Process launch(String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            RacingProcess.class.getName(),
            directory.toString(),
            redis.url(),
            SITE.value(),
            Long.toString(LAST),
            name,
            Integer.toString(THREADS))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<Long> epochs(String text) {
    String list = text.substring(1, text.length() - 1);
    return list.isEmpty() ? List.of() : Arrays.stream(list.split(", ")).map(Long::valueOf).toList();
  }
}
