package dev.gnomon.local.broker;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.local.broker.Subscribers.Answer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {
  private static final String FAST = "{retry: 3, backoffPolicy: linear, backoffDelay: PT0.02S}";
  private static final String NO_RETRY = "{retry: 0}";

  @TempDir Path directory;
  private Subscribers subscribers;

  @BeforeEach
  void startSubscribers() throws Exception {
    subscribers = new Subscribers();
  }

  @AfterEach
  void stopSubscribers() {
    subscribers.close();
  }

  private BrokerServer serve(String... documents) throws Exception {
    return new BrokerServer(
        directory, String.join("", documents), Map.of("fn", subscribers.address()));
  }

  private void awaitReceived(String path, int count) {
    await().until(() -> subscribers.received(path).size() >= count);
  }

  private static void awaitIdle(BrokerServer server) {
    await().until(() -> server.broker.openDeliveries() == 0);
  }

  @Test
  void anEventGoesToEveryTriggerThatWantsItEvenAtTheSameAddress() throws Exception {
    try (BrokerServer server =
        serve(
            BrokerServer.broker(FAST),
            BrokerServer.trigger("one", "a", "fn", "/same", ""),
            BrokerServer.trigger("two", "a", "fn", "/same", ""),
            BrokerServer.trigger("other", "b", "fn", "/other", ""))) {
      assertThat(server.post("1", "a", "{\"x\": 1.0}").statusCode()).isEqualTo(202);
      awaitReceived("/same", 2);
      awaitIdle(server);
      assertThat(subscribers.received("/same")).hasSize(2);
      assertThat(subscribers.received("/other")).isEmpty();
      var received = subscribers.received("/same").getFirst();
      assertThat(new String(received.body())).isEqualTo("{\"x\": 1.0}");
      assertThat(received.header("prefer")).isEqualTo("reply");
      assertThat(received.header("ce-id")).isEqualTo("1");
      assertThat(received.header("ce-source")).isEqualTo("/test");
      assertThat(received.header("content-type")).isEqualTo("application/json");
    }
  }

  @Test
  void attributesArriveAsTheyWereSentWhateverTheirCharacters() throws Exception {
    try (BrokerServer server =
        serve(BrokerServer.broker(FAST), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      var answer =
          server.postWith(
              "",
              "ce-specversion",
              "1.0",
              "ce-id",
              "Euro%20%E2%82%AC%20%25",
              "ce-source",
              "/s",
              "ce-type",
              "a",
              "ce-myext",
              "\"quoted%22\"");
      assertThat(answer.statusCode()).isEqualTo(202);
      awaitReceived("/a", 1);
      assertThat(subscribers.received("/a").getFirst().header("ce-id"))
          .isEqualTo("Euro%20%E2%82%AC%20%25");
      assertThat(subscribers.received("/a").getFirst().header("ce-myext")).isEqualTo("quoted%22");
      assertThat(subscribers.received("/a").getFirst().headers()).doesNotContainKey("content-type");
    }
  }

  @Test
  void structuredEventsAreTaken() throws Exception {
    try (BrokerServer server =
        serve(BrokerServer.broker(FAST), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      var answer =
          server.postWith(
              """
              {"specversion":"1.0","id":"9","source":"/s","type":"a","partitionkey":"site",
               "datacontenttype":"application/json","data":{"k":[1,2]}}
              """,
              "content-type",
              "Application/CloudEvents+JSON; charset=utf-8");
      assertThat(answer.statusCode()).isEqualTo(202);
      awaitReceived("/a", 1);
      assertThat(new String(subscribers.received("/a").getFirst().body()))
          .isEqualTo("{\"k\":[1,2]}");
      assertThat(subscribers.received("/a").getFirst().header("ce-partitionkey")).isEqualTo("site");
    }
  }

  @Test
  void repliesAreEvaluatedAgainstAllTriggersEvenTheOneTheyCameFrom() throws Exception {
    subscribers.answer(
        "/count",
        received -> {
          int count = Integer.parseInt(new String(received.body()));
          return count == 0
              ? Answer.of(202)
              : new Answer(
                  200,
                  Map.of(
                      "ce-specversion", "1.0",
                      "ce-id", "reply-" + count,
                      "ce-source", "/fn",
                      "ce-type", "count",
                      "Content-Type", "application/json"),
                  Integer.toString(count - 1));
        });
    try (BrokerServer server =
        serve(
            BrokerServer.broker(FAST),
            BrokerServer.trigger("count", "count", "fn", "/count", ""),
            BrokerServer.trigger("watch", "count", "fn", "/watch", ""))) {
      server.post("1", "count", "2");
      awaitReceived("/count", 3);
      awaitReceived("/watch", 3);
      awaitIdle(server);
      assertThat(subscribers.received("/watch"))
          .extracting(one -> one.header("ce-id"))
          .containsExactlyInAnyOrder("1", "reply-2", "reply-1");
    }
  }

  @Test
  void structuredRepliesAreRoutedAndBodiesOf202AreNot() throws Exception {
    String reply = "{\"specversion\":\"1.0\",\"id\":\"r\",\"source\":\"/fn\",\"type\":\"out\"}";
    Map<String, String> structured = Map.of("Content-Type", "application/cloudevents+json");
    subscribers.answer("/accepted", received -> new Answer(202, structured, reply));
    subscribers.answer("/done", received -> new Answer(200, structured, reply));
    try (BrokerServer server =
        serve(
            BrokerServer.broker(FAST),
            BrokerServer.trigger("t1", "one", "fn", "/accepted", ""),
            BrokerServer.trigger("t2", "two", "fn", "/done", ""),
            BrokerServer.trigger("t3", "out", "fn", "/out", ""))) {
      server.post("1", "one", "{}");
      awaitReceived("/accepted", 1);
      awaitIdle(server);
      assertThat(subscribers.received("/out")).isEmpty();
      server.post("2", "two", "{}");
      awaitReceived("/out", 1);
    }
  }

  @Test
  void whatMayPassIsRetriedUntilItIsTaken() throws Exception {
    int[] codes = {503, 429, 404, 202};
    AtomicInteger attempt = new AtomicInteger();
    subscribers.answer("/a", received -> Answer.of(codes[attempt.getAndIncrement()]));
    try (BrokerServer server =
        serve(BrokerServer.broker(FAST), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      awaitReceived("/a", 4);
      awaitIdle(server);
      assertThat(server.broker.deadLetters(10)).isEmpty();
    }
  }

  @Test
  void retryAfterIsHonoured() throws Exception {
    AtomicInteger attempt = new AtomicInteger();
    subscribers.answer(
        "/a",
        received ->
            attempt.getAndIncrement() == 0
                ? new Answer(429, Map.of("Retry-After", "1"), "")
                : Answer.of(204));
    try (BrokerServer server =
        serve(BrokerServer.broker(FAST), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      awaitReceived("/a", 2);
      var both = subscribers.received("/a");
      assertThat(both.get(1).nanos() - both.get(0).nanos()).isGreaterThan(900_000_000L);
    }
  }

  @Test
  void whatIsFinalIsADeadLetterAtOnceAndGoesToTheSink() throws Exception {
    subscribers.answer("/a", received -> new Answer(400, Map.of(), "schema violated"));
    String delivery = "{retry: 5, deadLetterSink: {ref: {kind: Service, name: fn}, uri: /dead}}";
    try (BrokerServer server =
        serve(BrokerServer.broker(delivery), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      awaitReceived("/dead", 1);
      awaitIdle(server);
      assertThat(subscribers.received("/a")).hasSize(1);
      var dead = subscribers.received("/dead").getFirst();
      assertThat(dead.header("ce-id")).isEqualTo("1");
      assertThat(dead.header("ce-knativeerrorcode")).isEqualTo("400");
      assertThat(dead.header("ce-knativeerrordest")).endsWith("/a");
      assertThat(java.util.Base64.getDecoder().decode(dead.header("ce-knativeerrordata")))
          .asString()
          .isEqualTo("schema violated");
      assertThat(dead.headers()).doesNotContainKey("prefer");
      assertThat(server.broker.deadLetters(10)).isEmpty(); // The sink has it.
    }
  }

  @Test
  void aSinkThatDoesNotTakeALetterIsOfferedItUntilItDoesAlsoAfterAStart() throws Exception {
    subscribers.answer("/a", received -> Answer.of(400));
    AtomicInteger attempt = new AtomicInteger();
    subscribers.answer(
        "/dead", received -> Answer.of(attempt.incrementAndGet() % 2 == 0 ? 503 : 400));
    String[] documents = {
      BrokerServer.broker(
          "{retry: 1, backoffPolicy: linear, backoffDelay: PT0.01S, deadLetterSink: {ref: {kind: Service, name: fn}, uri: /dead}}"),
      BrokerServer.trigger("one", "a", "fn", "/a", "")
    };
    try (BrokerServer server = serve(documents)) {
      server.post("1", "a", "{}");
      awaitReceived("/dead", 5);
      assertThat(server.broker.openDeliveries()).isEqualTo(1);
    }
    subscribers.answer("/dead", received -> Answer.of(202));
    int before = subscribers.received("/dead").size();
    try (BrokerServer server = serve(documents)) {
      awaitReceived("/dead", before + 1);
      awaitIdle(server);
    }
  }

  @Test
  void lettersThatWereKeptHereGoToTheSinkWhenThereIsOne() throws Exception {
    subscribers.answer("/a", received -> new Answer(400, Map.of(), "schema violated"));
    String trigger = BrokerServer.trigger("one", "a", "fn", "/a", "");
    try (BrokerServer server = serve(BrokerServer.broker("{retry: 0}"), trigger)) {
      server.post("1", "a", "{}");
      await().until(() -> server.broker.deadLetters(10).size() == 1);
      URI list = server.ingress.resolve("/broker/dead-letters");
      assertThat(server.call("GET", list).body()).contains("\"eventId\":\"1\"");
    }
    String sink = "{retry: 0, deadLetterSink: {ref: {kind: Service, name: fn}, uri: /dead}}";
    try (BrokerServer server = serve(BrokerServer.broker(sink), trigger)) {
      awaitReceived("/dead", 1);
      awaitIdle(server);
      assertThat(server.broker.deadLetters(10)).isEmpty();
      assertThat(subscribers.received("/dead").getFirst().header("ce-knativeerrorcode"))
          .isEqualTo("400");
    }
  }

  @Test
  void exhaustedRetriesEndAsADeadLetterAndTheTriggersDeliveryReplacesTheBrokers() throws Exception {
    subscribers.answer("/a", received -> Answer.of(500));
    String one = "{retry: 1, backoffPolicy: linear, backoffDelay: PT0.01S}";
    String withSink = "{retry: 9, deadLetterSink: {uri: '" + subscribers.address() + "dead'}}";
    try (BrokerServer server =
        serve(BrokerServer.broker(withSink), BrokerServer.trigger("one", "a", "fn", "/a", one))) {
      server.post("1", "a", "{}");
      await().until(() -> server.broker.deadLetters(10).size() == 1);
      awaitIdle(server);
      assertThat(subscribers.received("/a")).hasSize(2);
      assertThat(subscribers.received("/dead")).isEmpty();
      assertThat(server.broker.deadLetters(1).getFirst().code()).isEqualTo(500);
    }
  }

  @Test
  void aMalformedReplyIsADeadLetterThatSaysSo() throws Exception {
    subscribers.answer("/a", received -> new Answer(200, Map.of(), "what is this"));
    try (BrokerServer server =
        serve(BrokerServer.broker(NO_RETRY), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      await().until(() -> server.broker.deadLetters(10).size() == 1);
      assertThat(server.broker.deadLetters(1).getFirst().reason()).startsWith("malformed reply");
    }
  }

  @Test
  void aSubscriberThatHangsIsGivenUpAfterTheTimeoutAndHoldsUpNoOther() throws Exception {
    var release = new java.util.concurrent.CountDownLatch(1);
    subscribers.answer(
        "/slow",
        received -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Answer.of(202);
        });
    try (BrokerServer server =
        serve(
            BrokerServer.broker("{retry: 0, timeout: PT5S}"),
            BrokerServer.trigger("slow", "a", "fn", "/slow", ""),
            BrokerServer.trigger("fast", "a", "fn", "/fast", ""))) {
      for (int i = 0; i < Manifests.MAX_IN_FLIGHT + 4; i++) {
        server.post("e" + i, "a", "{}");
      }
      awaitReceived("/fast", Manifests.MAX_IN_FLIGHT + 4);
      int slow = subscribers.received("/slow").size();
      if (server.broker.deadLetters(50).isEmpty()) { // none was given up yet, so none made room
        assertThat(slow).isLessThanOrEqualTo(Manifests.MAX_IN_FLIGHT);
      }
      await().until(() -> givenUp(server, "slow").size() == Manifests.MAX_IN_FLIGHT + 4);
      assertThat(givenUp(server, "slow"))
          .allSatisfy(letter -> assertThat(letter.reason()).contains("no answer within"));
      release.countDown();
    }
  }

  private static List<DeadLetter> givenUp(BrokerServer server, String trigger) {
    return server.broker.deadLetters(50).stream()
        .filter(letter -> letter.trigger().equals(trigger))
        .toList();
  }

  @Test
  void whatIsNotDeliveredIsDeliveredAfterARestart() throws Exception {
    subscribers.answer("/a", received -> Answer.of(503));
    String delivery = "{retry: 100, backoffPolicy: linear, backoffDelay: PT0.05S}";
    String[] documents = {
      BrokerServer.broker(delivery), BrokerServer.trigger("one", "a", "fn", "/a", "")
    };
    try (BrokerServer server = serve(documents)) {
      server.post("kept", "a", "{}");
      awaitReceived("/a", 1);
    }
    subscribers.answer("/a", received -> Answer.of(202));
    int before = subscribers.received("/a").size();
    try (BrokerServer server = serve(documents)) {
      awaitReceived("/a", before + 1);
      awaitIdle(server);
    }
  }

  @Test
  void deliveriesOfATriggerThatIsGoneBecomeDeadLetters() throws Exception {
    subscribers.answer("/a", received -> Answer.of(503));
    try (BrokerServer server =
        serve(
            BrokerServer.broker("{retry: 100, backoffDelay: PT1M}"),
            BrokerServer.trigger("old", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      awaitReceived("/a", 1);
    }
    try (BrokerServer server = serve(BrokerServer.broker(FAST))) {
      assertThat(server.broker.deadLetters(10))
          .singleElement()
          .satisfies(letter -> assertThat(letter.reason()).contains("no Trigger of this name"));
      assertThat(server.broker.openDeliveries()).isZero();
    }
    String sink = "{retry: 0, deadLetterSink: {ref: {kind: Service, name: fn}, uri: /dead}}";
    try (BrokerServer server = serve(BrokerServer.broker(sink))) {
      awaitReceived("/dead", 1);
      awaitIdle(server);
    }
  }

  @Test
  void aSecondBrokerOnTheSameQueueIsRefusedWithAClearWord() throws Exception {
    try (BrokerServer server = serve(BrokerServer.broker(FAST))) {
      Manifests manifests = BrokerServer.manifests(directory, BrokerServer.broker(FAST));
      assertThatThrownBy(
              () -> Broker.open(manifests, directory.resolve("queue"), Clock.systemUTC()))
          .isInstanceOf(QueueException.class)
          .hasMessageContaining("in use by another stack");
      assertThat(server.post("1", "a", "{}").statusCode()).isEqualTo(202);
    }
  }

  @Test
  void theQueueIsPrivateAndEmptyWhenAllIsDelivered() throws Exception {
    try (BrokerServer server =
        serve(BrokerServer.broker(FAST), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      for (int i = 0; i < 50; i++) {
        server.post("e" + i, "a", "{}");
      }
      awaitReceived("/a", 50);
      awaitIdle(server);
    }
    Path file = directory.resolve("queue/queue.db");
    assertThat(java.nio.file.Files.getPosixFilePermissions(file))
        .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + file);
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM deliveries)")) {
      assertThat(rows.getInt(1)).isZero();
    }
  }
}
