package dev.gnomon.local.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `local-dev/test-servers` makes of what an earlier call left. On the PATH there is none of
/// the servers, nor anything that could fetch one.
class TestServersTest {
  private static final List<String> TOOLS =
      List.of(
          "bash", "cat", "cksum", "cut", "dirname", "flock", "grep", "head", "id", "mkdir",
          "mktemp", "mv", "od", "ps", "rm", "seq", "sleep", "tail", "timeout", "tr");

  @TempDir Path directory;
  private Path checkout;
  private Process server;

  private record Ended(int code, String text) {}

  @BeforeEach
  void prepare() throws IOException {
    Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/stat")), "no /proc");
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : TOOLS) {
      Stream.of("/usr/bin/", "/bin/")
          .map(folder -> Path.of(folder + tool))
          .filter(Files::isExecutable)
          .findFirst()
          .ifPresent(found -> link(tools.resolve(tool), found));
    }
    checkout = Files.createDirectories(directory.resolve("checkout/local-dev")).getParent();
    Files.copy(
        Path.of("test-servers"),
        checkout.resolve("local-dev/test-servers"),
        StandardCopyOption.COPY_ATTRIBUTES);
    server = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void end() throws InterruptedException {
    server.destroyForcibly().waitFor();
  }

  private static void link(Path link, Path to) {
    try {
      Files.createSymbolicLink(link, to);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Ended run(String word) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", checkout.resolve("local-dev/test-servers").toString(), word)
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", directory.resolve("tools").toString());
    environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    environment.put("TMPDIR", directory.toString());
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), text);
  }

  /// As an `up` leaves it: a file in the cache names a directory with one below for each server.
  private Path earlier(String name) throws Exception {
    Path servers = directory.resolve(name);
    Path minio = Files.createDirectories(servers.resolve("minio"));
    String stat = Files.readString(Path.of("/proc/" + server.pid() + "/stat"));
    String began = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    Files.writeString(minio.resolve("pid"), server.pid() + " " + began + "\n");
    run("up"); // says by which name this clone is known
    try (Stream<Path> cached = Files.list(directory.resolve("cache/gnomon"))) {
      Path state =
          cached
              .filter(one -> one.getFileName().toString().matches("test-servers-[0-9]+"))
              .findFirst()
              .orElseThrow();
      Files.writeString(state, servers + "\n");
    }
    return servers;
  }

  @Test
  void aWholeSetThatRunsIsTaken() throws Exception {
    Path servers = earlier("gnomon-test-servers.whole");
    Files.writeString(servers.resolve("exports"), "export GNOMON_TEST_S3='here'\n");

    Ended up = run("up");

    assertThat(run("status").code()).isZero();
    assertThat(up.code()).as(up.text()).isZero();
    assertThat(up.text()).contains("already up", "export GNOMON_TEST_S3='here'");
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void whatAKilledUpLeftIsEndedAndNotTaken() throws Exception {
    Path servers = earlier("gnomon-test-servers.half");
    Files.writeString(servers.resolve("exports.new"), "export GNOMON_TEST_S3='half'\n");

    assertThat(run("status").code()).isEqualTo(1);
    Ended up = run("up");

    assertThat(up.code()).as(up.text()).isZero();
    assertThat(up.text()).contains("not whole").doesNotContain("half'");
    assertThat(server.waitFor()).isEqualTo(128 + 15);
    assertThat(servers).doesNotExist();
  }

  @Test
  void aSetOfWhichOneDiedIsEndedAndNotTaken() throws Exception {
    Path servers = earlier("gnomon-test-servers.dead");
    Files.writeString(servers.resolve("exports"), "export GNOMON_TEST_REDIS='dead'\n");
    Files.createDirectories(servers.resolve("redis"));
    Files.writeString(servers.resolve("redis/pid"), server.pid() + " 1\n"); // another process

    assertThat(run("status").code()).isEqualTo(1);
    assertThat(run("up").text()).contains("not whole").doesNotContain("dead'");
    assertThat(server.waitFor()).isEqualTo(128 + 15);
  }

  @Test
  void downEndsWhatUpStartedAndNothingElse() throws Exception {
    Path servers = earlier("gnomon-test-servers.down");
    Path of = directory.resolve("of-somebody");
    Files.createDirectories(of);

    Ended down = run("down");

    assertThat(down.code()).as(down.text()).isZero();
    assertThat(server.waitFor()).isEqualTo(128 + 15);
    assertThat(servers).doesNotExist();
    assertThat(run("down").code()).isZero();
    assertThat(run("status").code()).isEqualTo(1);
    assertThat(of).exists();
  }

  @Test
  void aDirectoryOfSomebodyElseIsLeftAlone() throws Exception {
    Path servers = earlier("of-somebody");

    Ended down = run("down");

    assertThat(down.code()).isEqualTo(1);
    assertThat(down.text()).contains("does not name a directory of mine");
    assertThat(servers).exists();
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void anUpWaitsForAnotherOne() throws Exception {
    Assumptions.assumeTrue(Files.exists(directory.resolve("tools/flock")), "no flock");
    Path servers = earlier("gnomon-test-servers.slow");
    Path lock;
    try (Stream<Path> cached = Files.list(directory.resolve("cache/gnomon"))) {
      lock = cached.filter(one -> one.toString().endsWith(".lock")).findFirst().orElseThrow();
    }
    Process other =
        new ProcessBuilder("flock", lock.toString(), "bash", "-c", "echo held; read")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(other.getInputStream().read()).isEqualTo('h');

    var up =
        CompletableFuture.supplyAsync(() -> {
          try {
            return run("up");
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(up).isNotDone();
    Files.writeString(servers.resolve("exports"), "export GNOMON_TEST_S3='of the other'\n");
    other.getOutputStream().close(); // it ends, and with it its lock

    assertThat(up.join().text()).contains("already up", "of the other");
  }
}
