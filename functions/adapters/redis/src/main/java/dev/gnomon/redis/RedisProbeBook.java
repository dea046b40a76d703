package dev.gnomon.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.probes.ProbeBook;
import dev.gnomon.core.probes.Standing;
import dev.gnomon.core.probes.Verdict;
import dev.gnomon.core.routes.StoreIdentity;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Standings of vantage points in Redis: a hash for each cell,
/// `gnomon:(store):{cell:(cell)}:probes`, with a field for each target and vantage point, as JSON.
/// Thread-safe; every call returns in bounded time and none throws.
public final class RedisProbeBook implements ProbeBook {
  private static final int FIELDS_AT_MOST = 100;
  private static final Duration KEPT = Duration.ofMinutes(10);

  private final RedisLink link;
  private final KnownStore store;

  /// @param link stays the caller's to close
  /// @param identity of the control store, asked until it answers
  public RedisProbeBook(RedisLink link, Supplier<StoreIdentity> identity) {
    this.link = link;
    this.store = new KnownStore(identity);
  }

  @Override
  public List<Standing> of(CellName cell) {
    return key(cell)
        .flatMap(key ->
            link.call(RedisLink.Urgency.READ, redis -> redis.hgetall(key))
                    instanceof Reply.Answer<Map<String, String>>(var all)
                ? all
                : Optional.empty())
        .map(all -> all.values().stream().flatMap(RedisProbeBook::decode).toList())
        .orElseGet(List::of);
  }

  @Override
  public void put(Standing standing) {
    Optional<String> key = key(standing.newest().cell());
    if (key.isEmpty()) {
      return;
    }
    String field = standing.newest().target() + "/" + standing.newest().vantage();
    if (!hasRoom(key.get(), field, standing)) {
      return;
    }
    var unused =
        link.call(RedisLink.Urgency.WRITE, redis -> redis.hset(key.get(), field, encode(standing)));
    var alsoUnused = link.call(RedisLink.Urgency.WRITE, redis -> redis.pexpire(key.get(), KEPT));
  }

  /// Names that come and go make room for others; those that still probe do not.
  private boolean hasRoom(String key, String field, Standing standing) {
    boolean few =
        !(link.call(RedisLink.Urgency.READ, redis -> redis.hlen(key))
                instanceof Reply.Answer<Long>(Optional<Long> count))
            || count.orElse(0L) < FIELDS_AT_MOST;
    if (few
        || !(link.call(RedisLink.Urgency.READ, redis -> redis.hgetall(key))
            instanceof Reply.Answer<Map<String, String>>(var all))) {
      return true;
    }
    Map<String, String> held = all.orElseGet(Map::of);
    Instant oldest = standing.arrived().minus(Verdict.WINDOW);
    String[] stale =
        held.entrySet().stream()
            .filter(each -> decode(each.getValue()).noneMatch(one -> one.arrived().isAfter(oldest)))
            .map(Map.Entry::getKey)
            .toArray(String[]::new);
    if (stale.length > 0) {
      var unused = link.call(RedisLink.Urgency.WRITE, redis -> redis.hdel(key, stale));
    }
    return stale.length > 0 || held.containsKey(field);
  }

  private static String encode(Standing standing) {
    try {
      return Json.MAPPER.writeValueAsString(standing);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Standing> decode(String text) {
    try {
      return Stream.of(Json.MAPPER.readValue(text, Standing.class));
    } catch (JsonProcessingException | NullPointerException e) {
      return Stream.empty(); // Garbage is as nothing.
    }
  }

  private Optional<String> key(CellName cell) {
    return store.get().map(id -> "gnomon:" + id.id() + ":{cell:" + cell + "}:probes");
  }
}
