package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.MeritBook;
import dev.gnomon.core.merit.Tracked;
import dev.gnomon.core.merit.Trust;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.verification.waits.ClosedPort;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisMeritBookTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final CellName EAST = new CellName("east");
  private static final ResourceName SITE = new ResourceName("site");

  private static RedisServer server;
  private final StoreIdentity identity = new StoreIdentity(UUID.randomUUID().toString());
  private RedisLink link;
  private MeritBook book;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    link = Links.connected(server.url() + "?timeout=60s");
    book = new RedisMeritBook(link, () -> identity);
  }

  @AfterEach
  void close() {
    link.close();
  }

  private static Tracked tracked(double trust, Instant at) {
    return new Tracked(SITE, EAST, Map.of(EAST, new Trust(trust, at)), Map.of(EAST, T0), at);
  }

  @Test
  void theLaterEntryStays() {
    assertThat(book.of(SITE)).isEmpty();
    book.put(tracked(0.5, T0.plusSeconds(10)));
    book.put(tracked(0.9, T0));
    assertThat(book.of(SITE)).contains(tracked(0.5, T0.plusSeconds(10)));
    book.put(tracked(0.4, T0.plusSeconds(20)));
    assertThat(new RedisMeritBook(link, () -> identity).of(SITE))
        .contains(tracked(0.4, T0.plusSeconds(20)));
  }

  @Test
  void garbageIsAsNothing() {
    String key = "gnomon:" + identity.id() + ":{site}:merit";
    for (String garbage :
        new String[] {
          "x", "00000000000000000001 {}", "00000000000000000001 {\"resource\":\"other\"}"
        }) {
      link.call(RedisLink.Urgency.WRITE, redis -> redis.set(key, garbage));
      assertThat(book.of(SITE)).isEmpty();
    }
    book.put(tracked(0.5, T0));
    assertThat(book.of(SITE)).isPresent();
  }

  @Test
  void aRedisThatIsAwayIsAsAnEmptyOneAndWhatIsNearIsNotForgotten() throws Exception {
    try (ClosedPort port = new ClosedPort();
        RedisLink away = RedisLink.open("redis://127.0.0.1:" + port.number())) {
      MeritBook far = new RedisMeritBook(away, () -> identity);
      MeritBook both = MeritBook.near(MeritBook.inMemory(), far);
      both.put(tracked(0.5, T0));
      assertThat(far.of(SITE)).isEmpty();
      assertThat(both.of(SITE)).contains(tracked(0.5, T0));
    }
  }
}
