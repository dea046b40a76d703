package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.notices.NoticeMeter;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.webhook.RetryPolicy;
import dev.gnomon.webhook.WebhookNoticeSender;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process of its own that is stopped, as by SIGKILL, after the target took a notice and before
/// that is marked: another process sends it again, with the key by which the receiver knows it.
class KilledNotifierIT {
  private static final String KEY = "R0UT1NGKEY0000000000000000000000";

  @TempDir Path temp;

  /// Tells one notice and is stopped after the step that it is named.
  static final class Telling {
    private Telling() {}

    public static void main(String[] args) {
      people(Path.of(args[0]), args[1], HaltAfter.named(args[2]), Clock.systemUTC())
          .notify(
              Notice.of(
                  "/gnomon/rollback 1",
                  "rollback-failed",
                  Severity.CRITICAL,
                  Instant.now(),
                  "Rollback failed: site",
                  "no point is left"));
    }
  }

  private static TellPeople people(Path directory, String url, Checkpoint checkpoint, Clock clock) {
    ObjectStore store = DirectoryObjectStore.open(directory, clock);
    ControlRecords records = new ControlRecords(store, () -> UUID.randomUUID().toString());
    NotificationTarget pager =
        new NotificationTarget(
            "pager",
            new Channel.PagerDuty(new Secret.Variable("KEY"), URI.create(url)),
            Severity.INFO);
    return new TellPeople(
        List.of(pager),
        records,
        new OpenWork(store, records),
        new WebhookNoticeSender(
            name -> Optional.of(KEY).filter(key -> name.equals("KEY")), RetryPolicy.DEFAULT),
        checkpoint,
        NoticeMeter.NONE,
        Duration.ofMinutes(1),
        Runnable::run);
  }

  @Test
  void isSentAgainByAnotherProcessWithTheSameKey() throws Exception {
    List<String> keys = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v2/enqueue",
        exchange -> {
          keys.add(
              Json.MAPPER
                  .readTree(exchange.getRequestBody().readAllBytes())
                  .path("dedup_key")
                  .asText());
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v2/enqueue";
      Path directory = temp.resolve("control");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Telling.class.getName(),
                  directory.toString(),
                  url,
                  "notice-taken")
              .inheritIO()
              .start();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(137);
      assertThat(keys).hasSize(1);

      people(directory, url, Checkpoint.NONE, Clock.systemUTC()).sweep();
      assertThat(keys).as("the other may be alive").hasSize(1);
      Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(10));
      people(directory, url, Checkpoint.NONE, later).sweep();

      assertThat(keys).hasSize(2);
      assertThat(keys.get(1)).isEqualTo(keys.get(0)).startsWith("gnomon/");
      people(directory, url, Checkpoint.NONE, later).sweep();
      assertThat(keys).hasSize(2);
    } finally {
      server.stop(0);
    }
  }
}
