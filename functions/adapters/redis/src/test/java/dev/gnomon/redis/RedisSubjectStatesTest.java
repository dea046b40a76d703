package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.prediction.SubjectStates.Kept;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.predictions.SubjectStatesContract;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.verification.waits.ClosedPort;
import dev.gnomon.verification.waits.Patience;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisSubjectStatesTest extends SubjectStatesContract {
  private static final Kept STATE = new Kept(1, new byte[] {1, 2, 3});

  private static RedisServer server;
  private final StoreIdentity identity = new StoreIdentity(UUID.randomUUID().toString());
  private RedisLink link;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void closeLink() {
    link.close();
  }

  @Override
  protected SubjectStates openEmpty() {
    link = Links.connected(server.url() + "?timeout=60s");
    return new RedisSubjectStates(link, () -> identity, RedisSubjectStates.KEPT);
  }

  @Test
  void garbageBehindARevisionGivesWayToTheNextOne() {
    SubjectStates states = openedBefore(() -> identity, RedisSubjectStates.KEPT);
    String key = "gnomon:" + identity.id() + ":{cell:north}:forecast";
    link.call(RedisLink.Urgency.WRITE, redis -> redis.set(key, "7:no base 64 !"));
    long revision = states.load("cell:north").orElseThrow().revision();
    SubjectStates.Kept after = new SubjectStates.Kept(revision + 1, new byte[] {1});

    assertThat(states.store("cell:north", after)).isTrue();
    assertThat(states.load("cell:north")).hasValue(after);
  }

  @Test
  void garbageIsAsNothing() {
    SubjectStates states = openedBefore(() -> identity, RedisSubjectStates.KEPT);
    String key = "gnomon:" + identity.id() + ":{cell:north}:forecast";
    for (String garbage : List.of("no base 64 !", "x:AQID", ":", "")) {
      link.call(RedisLink.Urgency.WRITE, redis -> redis.set(key, garbage));
      assertThat(states.load("cell:north")).as(garbage).isEmpty();
    }
    link.call(RedisLink.Urgency.WRITE, redis -> redis.set(key, "AQID"));
    assertThat(states.store("cell:north", STATE)).isTrue();
    assertThat(states.load("cell:north")).hasValue(STATE);

    link.call(RedisLink.Urgency.WRITE, redis -> redis.del(key));
    link.call(RedisLink.Urgency.WRITE, redis -> redis.lpush(key, "a list"));
    assertThat(states.load("cell:north")).isEmpty();
  }

  @Test
  void expires() {
    SubjectStates states = openedBefore(() -> identity, Duration.ofMillis(50));
    states.store("cell:north", STATE);

    Patience.await().until(() -> states.load("cell:north").isEmpty());
  }

  @Test
  void isAsEmptyWhileTheStoreNeverAnswered() {
    SubjectStates states =
        openedBefore(
            () -> {
              throw new ObjectStoreException(ObjectStoreException.Kind.TRANSIENT, "away");
            },
            RedisSubjectStates.KEPT);

    states.store("cell:north", STATE);

    assertThat(states.load("cell:north")).isEmpty();
  }

  @Test
  void isAsEmptyWhileRedisIsAway() throws Exception {
    link.close();
    try (ClosedPort port = new ClosedPort()) {
      link = RedisLink.open("redis://127.0.0.1:" + port.number());
      SubjectStates states = openedBefore(() -> identity, RedisSubjectStates.KEPT);

      assertThat(states.store("cell:north", STATE)).isTrue();

      assertThat(states.load("cell:north")).isEmpty();
    }
  }

  private SubjectStates openedBefore(
      java.util.function.Supplier<StoreIdentity> store, Duration kept) {
    return new RedisSubjectStates(link, store, kept);
  }
}
