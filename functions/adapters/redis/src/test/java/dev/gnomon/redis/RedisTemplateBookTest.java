package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.logs.Templates;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.routes.RedisServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisTemplateBookTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final StoreIdentity STORE = new StoreIdentity("store-1");

  private RedisServer server;
  private RedisLink link;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    link = Links.connected(server.url() + "?timeout=60s");
  }

  @AfterEach
  void stop() {
    link.close();
    server.close();
  }

  private RedisTemplateBook book(Instant now) {
    return new RedisTemplateBook(link, () -> STORE, Clock.fixed(now, ZoneOffset.UTC));
  }

  @Test
  void whatOneProcessMetAllProcessesKnow() {
    book(NOW).met(List.of("a <*>", "b"));

    assertThat(book(NOW).all()).contains(Set.of("a <*>", "b"));
  }

  @Test
  void thereAreNoMoreThanMayBeAndOldOnesMakeRoom() {
    Set<String> many =
        IntStream.range(0, Templates.AT_MOST + 100)
            .mapToObj(i -> "t" + i)
            .collect(Collectors.toCollection(HashSet::new));
    assertThat(book(NOW).met(many).orElseThrow()).hasSize(Templates.AT_MOST);
    Instant later = NOW.plus(RedisTemplateBook.KEPT).minusMillis(1);

    assertThat(book(later).met(List.of("new")).orElseThrow()).doesNotContain("new");
    assertThat(book(later.plus(Duration.ofSeconds(1))).met(List.of("new"))).contains(Set.of("new"));
  }

  @Test
  void aRedisThatIsAwayOrHoldsGarbageThrowsNothing() {
    link.call(RedisLink.Urgency.WRITE, redis -> redis.set("gnomon:store-1:{logs}:templates", "x"));
    assertThat(book(NOW).met(List.of("a"))).isEmpty();
    server.kill();

    assertThat(book(NOW).all()).isEmpty();
    assertThat(book(NOW).met(List.of("a"))).isEmpty();
  }
}
