package dev.gnomon.local.broker;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.local.broker.Subscribers.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same event (source and id), sent again while a Trigger has not been done with it.
class DuplicatesTest {
  private static final String SLOW = "{retry: 3, backoffPolicy: linear, backoffDelay: PT5M}";

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

  @Test
  void whatIsSentAgainAndAgainWhileItIsUnderWayIsDeliveredOnceMore() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    subscribers.answer("/a", received -> waiting(gate));
    try (BrokerServer server =
        serve(BrokerServer.broker(SLOW), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      await().until(() -> subscribers.received("/a").size() == 1);

      for (int i = 0; i < 20; i++) {
        assertThat(server.post("1", "a", "{}").statusCode()).isEqualTo(202);
      }
      assertThat(server.broker.openDeliveries()).isEqualTo(1);
      gate.countDown();

      await().until(() -> server.broker.openDeliveries() == 0);
      assertThat(subscribers.received("/a")).hasSize(2);
    }
  }

  @Test
  void whatWaitsForItsRetryIsDueAtOnceWhenItIsSentAgain() throws Exception {
    subscribers.answer("/a", received -> Answer.of(503));
    try (BrokerServer server =
        serve(BrokerServer.broker(SLOW), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      await().until(() -> subscribers.received("/a").size() == 1);
      for (int i = 2; i < 8; i++) { // more often than it has attempts
        int count = i;
        await()
            .until(() -> {
              server.post("1", "a", "{}");
              return subscribers.received("/a").size() >= count;
            });
      }
      assertThat(server.broker.openDeliveries()).isEqualTo(1);
      assertThat(server.broker.deadLetterCount()).isZero();
      subscribers.answer("/a", received -> Answer.of(202));
      await()
          .until(() -> {
            server.post("1", "a", "{}");
            return server.broker.openDeliveries() == 0;
          });
    }
  }

  @Test
  void oneTriggerThatIsDoneIsGivenItAgainTheOtherHoldsItOnce() throws Exception {
    subscribers.answer("/b", received -> Answer.of(503));
    try (BrokerServer server =
        serve(
            BrokerServer.broker(SLOW),
            BrokerServer.trigger("one", "a", "fn", "/a", ""),
            BrokerServer.trigger("two", "a", "fn", "/b", ""))) {
      server.post("1", "a", "{}");
      await().until(() -> server.broker.openDeliveries() == 1);

      server.post("1", "a", "{}");

      await().until(() -> subscribers.received("/a").size() == 2);
      await().until(() -> server.broker.openDeliveries() == 1);
    }
  }

  @Test
  void aReplyThatIsTheSameEventAgainIsNotTakenForOneThatWaits() throws Exception {
    Answer again =
        new Answer(
            200,
            Map.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/test", "ce-type", "a"),
            "");
    subscribers.answer(
        "/a", received -> subscribers.received("/a").size() == 1 ? again : Answer.of(202));
    try (BrokerServer server =
        serve(BrokerServer.broker(SLOW), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      await().until(() -> subscribers.received("/a").size() == 2);
      await().until(() -> server.broker.openDeliveries() == 0);
    }
  }

  @Test
  void aQueueOfAnEarlierVersionIsGoneOnWith() throws Exception {
    Path queue = Files.createDirectories(directory.resolve("queue"));
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + queue.resolve("queue.db"));
        var statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE deliveries(id INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER NOT NULL,"
              + " lane TEXT NOT NULL, attempts INTEGER NOT NULL, due_millis INTEGER NOT NULL)");
    }
    try (BrokerServer server =
        serve(BrokerServer.broker(SLOW), BrokerServer.trigger("one", "a", "fn", "/a", ""))) {
      server.post("1", "a", "{}");
      await().until(() -> subscribers.received("/a").size() == 1);
    }
  }

  private static Answer waiting(CountDownLatch gate) {
    try {
      assertThat(gate.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.of(202);
  }
}
