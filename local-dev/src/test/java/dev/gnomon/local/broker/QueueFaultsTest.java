package dev.gnomon.local.broker;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.local.broker.Subscribers.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueFaultsTest {
  private static final String PATIENT =
      "{retry: 1000, backoffPolicy: linear, backoffDelay: PT0.01S}";

  @TempDir Path directory;

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  @Test
  void aFullDiskIsAnsweredWith503AndWhatWasAcceptedIsDeliveredLater() throws Exception {
    Path small = Files.createDirectories(directory.resolve("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=6m", "none", small.toString()),
        "needs the right to mount a small file system");
    try (Subscribers subscribers = new Subscribers()) {
      subscribers.answer("/a", received -> Answer.of(503));
      try (BrokerServer server =
          new BrokerServer(
              small,
              BrokerServer.broker(PATIENT) + BrokerServer.trigger("one", "a", "fn", "/a", ""),
              Map.of("fn", subscribers.address()))) {
        String large = "x".repeat(500_000);
        int accepted = 0;
        var answer = server.post("e0", "a", large);
        while (answer.statusCode() == 202) {
          accepted++;
          assertThat(accepted).isLessThan(20);
          answer = server.post("e" + accepted, "a", large);
        }
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(accepted).isPositive();

        assertThat(run("mount", "-o", "remount,size=64m", small.toString())).isTrue();
        subscribers.answer("/a", received -> Answer.of(202));
        await().until(() -> server.broker.openDeliveries() == 0);
        assertThat(server.post("after", "a", "{}").statusCode()).isEqualTo(202);
      }
    } finally {
      run("umount", "-l", small.toString());
    }
  }

  @Test
  void aDamagedQueueIsNamedAndLeftAsItIs() throws Exception {
    Path queue = Files.createDirectories(directory.resolve("queue"));
    Path file = Files.writeString(queue.resolve("queue.db"), "this is no database".repeat(100));
    Manifests manifests = BrokerServer.manifests(directory, BrokerServer.broker(PATIENT));
    assertThatThrownBy(() -> Broker.open(manifests, queue, Clock.systemUTC()))
        .isInstanceOf(QueueException.class)
        .hasMessageContaining(file.toString());
    assertThat(Files.readString(file)).startsWith("this is no database");
    Files.delete(file);
    Broker.open(manifests, queue, Clock.systemUTC()).close();
  }
}
