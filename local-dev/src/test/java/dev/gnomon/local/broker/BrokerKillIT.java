package dev.gnomon.local.broker;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.local.broker.Subscribers.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing that was accepted is lost when the process dies at once.
class BrokerKillIT {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path directory;

  @Test
  void anEventIsDeliveredAfterAHaltRightAfterIts202() throws Exception {
    try (Subscribers subscribers = new Subscribers()) {
      subscribers.answer("/a", received -> Answer.of(503));
      Child first = new Child("halt", subscribers);
      assertThat(post(first.ingress, "kept")).isEqualTo(202);
      assertThat(first.process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(first.process.exitValue()).isEqualTo(9);
      int before = subscribers.received("/a").size();

      subscribers.answer("/a", received -> Answer.of(202));
      Child second = new Child("stay", subscribers);
      try {
        await().until(() -> subscribers.received("/a").size() > before);
        assertThat(subscribers.received("/a").getLast().header("ce-id")).isEqualTo("kept");
      } finally {
        second.kill();
      }
    }
  }

  @Test
  void everyEventAcceptedUnderLoadIsDeliveredAfterAKill() throws Exception {
    Set<String> delivered = ConcurrentHashMap.newKeySet();
    Set<String> accepted = ConcurrentHashMap.newKeySet();
    try (Subscribers subscribers = new Subscribers()) {
      subscribers.answer(
          "/a",
          received -> {
            delivered.add(received.header("ce-id"));
            return Answer.of(202);
          });
      Child first = new Child("stay", subscribers);
      Set<Thread> senders = new HashSet<>();
      for (int sender = 0; sender < 4; sender++) {
        int number = sender;
        senders.add(
            Thread.startVirtualThread(() -> {
              try {
                for (int i = 0; ; i++) {
                  String id = number + "-" + i;
                  if (post(first.ingress, id) == 202) {
                    accepted.add(id);
                  }
                }
              } catch (IOException | InterruptedException e) {
                // killed: whether this one was stored is unknown
              }
            }));
      }
      await().until(() -> accepted.size() > 100);
      first.kill();
      for (Thread sender : senders) {
        sender.join();
      }

      Child second = new Child("stay", subscribers);
      try {
        await().untilAsserted(() -> assertThat(delivered).containsAll(accepted));
      } finally {
        second.kill();
      }
    }
  }

  @Test
  void anEventThatWaitsIsHeldOnceAlsoIfItComesAgainAfterAKill() throws Exception {
    try (Subscribers subscribers = new Subscribers()) {
      subscribers.answer("/a", received -> Answer.of(503));
      Child first = new Child("stay", subscribers);
      assertThat(post(first.ingress, "same")).isEqualTo(202);
      assertThat(post(first.ingress, "same")).isEqualTo(202);
      first.kill();

      Child second = new Child("stay", subscribers);
      try {
        assertThat(post(second.ingress, "same")).isEqualTo(202);
        assertThat(openDeliveries(second.ingress)).contains("\"openDeliveries\":1");
        subscribers.answer("/a", received -> Answer.of(202));
        await()
            .untilAsserted(
                () -> assertThat(openDeliveries(second.ingress)).contains("\"openDeliveries\":0"));
      } finally {
        second.kill();
      }
    }
  }

  private static String openDeliveries(URI ingress) throws IOException, InterruptedException {
    return CLIENT
        .send(
            HttpRequest.newBuilder(URI.create(ingress + "/dead-letters")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static int post(URI ingress, String id) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(ingress)
            .header("ce-specversion", "1.0")
            .header("ce-id", id)
            .header("ce-source", "/test")
            .header("ce-type", "a")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private final class Child {
    final Process process;
    final URI ingress;

    Child(String mode, Subscribers subscribers) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  // What a killed process leaves is removed with the test's directory.
                  "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")),
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledBroker.class.getName(),
                  directory.toString(),
                  subscribers.address().toString(),
                  mode)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      var lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = lines.readLine();
      while (line != null && !line.startsWith("http://")) {
        line = lines.readLine();
      }
      assertThat(line).as("the child prints its ingress").isNotNull();
      ingress = URI.create(line);
    }

    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }
  }
}
