package dev.gnomon.redis;

import static dev.gnomon.verification.routes.SampleRoutes.route;
import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.routes.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is particular to Redis: what it holds, and how it goes away and comes back.
class RedisRouteIndexTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final StoreIdentity STORE = new StoreIdentity("store-1");
  private static final String KEY = "gnomon:store-1:{site}:route";

  private final RedisServer server = RedisServer.start();
  private final RedisLink link = Links.connected(server.url() + "?timeout=60s");
  private final RedisRouteIndex index = new RedisRouteIndex(link, () -> STORE);
  private final RedisClient client = RedisClient.create(server.url());
  private RedisCommands<String, String> redis;

  @BeforeEach
  void connect() {
    redis = client.connect().sync();
  }

  @AfterEach
  void stop() {
    link.close();
    client.shutdown();
    server.close();
  }

  @Test
  void entryIsTheEpochInTwentyDigitsAndTheRoute() {
    index.offer(route("site", 42, "x"));

    assertThat(redis.keys("*")).containsExactly(KEY);
    assertThat(redis.get(KEY)).startsWith("00000000000000000042 {\"resource\":\"site\"");
  }

  @Test
  void entriesOfAnotherControlStoreAreNotSeen() {
    index.offer(route("site", 9, "of store 1"));
    RouteIndex other = new RedisRouteIndex(link, () -> new StoreIdentity("store-2"));

    assertThat(other.get(SITE)).isEmpty();
    assertThat(other.offer(route("site", 1, "of store 2"))).isTrue();
    assertThat(index.get(SITE)).contains(route("site", 9, "of store 1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "00000000000000000099 {broken",
        "00000000000000000099 {\"resource\":\"site\",\"epoch\":99}",
        "00000000000000000099 null",
        "99999999999999999999 {}",
      })
  void garbageIsAsAbsentAndIsRemoved(String garbage) {
    redis.set(KEY, garbage);

    assertThat(index.get(SITE)).isEmpty();
    assertThat(redis.exists(KEY)).isZero();
    assertThat(index.counts().damaged()).isEqualTo(1);
  }

  @Test
  void entryOfAnotherResourceOrEpochIsGarbage() {
    index.offer(route("other", 5, "x"));
    String entry = redis.get("gnomon:store-1:{other}:route");

    redis.set(KEY, entry);
    assertThat(index.get(SITE)).isEmpty();
    redis.set(KEY, "00000000000000000006" + entry.substring(20).replace("other", "site"));
    assertThat(index.get(SITE)).isEmpty();
    assertThat(redis.exists(KEY)).isZero();
  }

  @Test
  void keyOfAnotherTypeIsAsAbsentAndIsReplaced() {
    redis.lpush(KEY, "not", "a", "route");

    assertThat(index.get(SITE)).isEmpty();
    assertThat(index.offer(route("site", 1, "x"))).isTrue();
    redis.del(KEY);
    redis.lpush(KEY, "again");
    assertThat(index.offer(route("site", 2, "x"))).isTrue();
    assertThat(index.get(SITE)).contains(route("site", 2, "x"));
  }

  @Test
  void garbageDoesNotKeepARouteOut() {
    redis.set(KEY, "99999999999999999999");

    assertThat(index.offer(route("site", 1, "x"))).isTrue();
  }

  @Test
  void scriptsThatRedisForgotAreSentAgain() {
    index.offer(route("site", 1, "x"));
    redis.scriptFlush();

    assertThat(index.offer(route("site", 2, "x"))).isTrue();
    redis.scriptFlush();
    index.discard(route("site", 2, "x"));
    assertThat(index.get(SITE)).isEmpty();
  }

  @Test
  void fullRedisDropsTheEntryRatherThanKeepAnOldOne() {
    index.offer(route("site", 1, "x"));
    redis.configSet("maxmemory", "1");

    assertThat(index.offer(route("site", 2, "x"))).isFalse();
    assertThat(index.get(SITE)).isEmpty();
  }

  @Test
  void killedRedisIsAsEmptyAndServesAgainAfterARestart() {
    index.offer(route("site", 1, "x"));
    server.kill();

    await()
        .untilAsserted(() -> {
          assertThat(index.get(SITE)).isEmpty();
          assertThat(link.available()).isFalse();
        });
    assertThat(index.offer(route("site", 2, "x"))).isFalse();
    server.restart();
    await().until(() -> index.offer(route("site", 3, "x")));
    await().untilAsserted(() -> assertThat(index.get(SITE)).contains(route("site", 3, "x")));
    assertThat(link.available()).isTrue();
  }

  @Test
  void redisThatIsAwayAtTheStartIsFoundLater() {
    server.kill();
    try (RedisLink early = RedisLink.open(server.url())) {
      RouteIndex waiting = new RedisRouteIndex(early, () -> STORE);
      assertThat(waiting.get(SITE)).isEmpty();

      server.restart();

      await().until(() -> waiting.offer(route("site", 1, "x")));
    }
  }

  @Test
  void frozenRedisIsGivenAPauseInsteadOfATimeOutForEveryRead() {
    try (RedisLink brisk = RedisLink.open(server.url() + "?timeout=100ms")) {
      RedisRouteIndex impatient = new RedisRouteIndex(brisk, () -> STORE);
      await().until(() -> impatient.offer(route("site", 1, "x")));
      redis.configResetstat();
      server.freeze();

      for (int read = 0; read < 20; read++) {
        assertThat(impatient.get(SITE)).isEmpty();
      }
      server.thaw();

      assertThat(getsAnswered()).isLessThan(20);
      await().untilAsserted(() -> assertThat(impatient.get(SITE)).contains(route("site", 1, "x")));
    }
  }

  @Test
  void connectionThatNeverAnswersIsReplaced() {
    try (RedisLink brisk = RedisLink.open(server.url() + "?timeout=50ms")) {
      RedisRouteIndex impatient = new RedisRouteIndex(brisk, () -> STORE);
      await().until(() -> impatient.offer(route("site", 1, "x")));
      long connections = redis.clientList().lines().count();
      server.freeze();
      for (int write = 0; write < 3; write++) {
        assertThat(impatient.offer(route("site", 2, "x"))).isFalse();
      }
      server.thaw();

      await().until(() -> impatient.offer(route("site", 3, "x")));
      await()
          .untilAsserted(() ->
              assertThat(redis.clientList().lines().count()).isLessThanOrEqualTo(connections));
    }
  }

  @Test
  void identityIsAskedAgainUntilTheControlStoreAnswers() {
    AtomicBoolean storeAway = new AtomicBoolean(true);
    RouteIndex early =
        new RedisRouteIndex(
            link,
            () -> {
              if (storeAway.get()) {
                throw new ObjectStoreException(Kind.TRANSIENT, "away, as planned");
              }
              return STORE;
            });
    index.offer(route("site", 1, "x"));

    assertThat(early.get(SITE)).isEmpty();
    assertThat(early.offer(route("site", 2, "x"))).isFalse();
    storeAway.set(false);
    assertThat(early.get(SITE)).contains(route("site", 1, "x"));
    storeAway.set(true);
    assertThat(early.get(SITE)).contains(route("site", 1, "x"));
  }

  @Test
  void passwordOfTheUrlIsUsed() {
    try (RedisServer locked = RedisServer.start("--requirepass", "secret");
        RedisLink with =
            Links.connected("redis://:secret@127.0.0.1:" + locked.port() + "?timeout=60s");
        RedisLink without = RedisLink.open(locked.url() + "?timeout=60s")) {
      assertThat(new RedisRouteIndex(with, () -> STORE).offer(route("site", 1, "x"))).isTrue();
      assertThat(new RedisRouteIndex(without, () -> STORE).get(SITE)).isEmpty();
    }
  }

  @Test
  void closedLinkIsAsAway() {
    index.offer(route("site", 1, "x"));

    link.close();

    assertThat(index.get(SITE)).isEmpty();
    assertThat(index.offer(route("site", 2, "x"))).isFalse();
  }

  private long getsAnswered() {
    Matcher calls = Pattern.compile("cmdstat_get:calls=(\\d+)").matcher(redis.info("commandstats"));
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }
}
