package dev.gnomon.redis;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.StoreIdentity;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// The route index in Redis. Its keys carry the identity of the control store, so that entries of
/// another installation are never seen. An entry that can't be read is taken as absent and removed.
/// Thread-safe; every call returns in bounded time and none throws.
public final class RedisRouteIndex implements RouteIndex {
  private final RedisLink link;
  private final KnownStore store;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder damaged = new LongAdder();

  /// How often the index had the route, did not have it, could not be asked, or held garbage.
  public record Counts(long hits, long misses, long failures, long damaged) {}

  /// @param link stays the caller's to close
  /// @param identity of the control store, asked until it answers; while the store is away before
  ///   that, the index is as empty
  public RedisRouteIndex(RedisLink link, Supplier<StoreIdentity> identity) {
    this.link = link;
    this.store = new KnownStore(identity);
  }

  @Override
  public Optional<Route> get(ResourceName resource) {
    Optional<String> key = key(resource);
    if (key.isEmpty()) {
      failures.increment();
      return Optional.empty();
    }
    Reply<String> reply = link.call(RedisLink.Urgency.READ, redis -> redis.get(key.get()));
    return switch (reply) {
      case Reply.Answer<String>(Optional<String> text) when text.isEmpty() -> {
        misses.increment();
        yield Optional.empty();
      }
      case Reply.Answer<String>(Optional<String> text) ->
          count(RouteEntry.decode(resource, text.get())).or(() -> removed(key.get(), text.get()));
      case Reply.Refused<String>(String reason) when reason.startsWith("WRONGTYPE") -> {
        damaged.increment();
        yield removed(key.get(), "");
      }
      case Reply.Refused<String> refused -> {
        failures.increment();
        yield Optional.empty();
      }
      case Reply.Away<String> away -> {
        failures.increment();
        yield Optional.empty();
      }
    };
  }

  @Override
  public boolean offer(Route route) {
    return key(route.resource())
        .map(key -> Script.OFFER.run(link, key, RouteEntry.encode(route)))
        .orElse(false);
  }

  @Override
  public void discard(Route route) {
    key(route.resource()).ifPresent(key -> removed(key, RouteEntry.prefix(route.epoch())));
  }

  public Counts counts() {
    return new Counts(hits.sum(), misses.sum(), failures.sum(), damaged.sum());
  }

  private Optional<Route> count(Optional<Route> route) {
    (route.isPresent() ? hits : damaged).increment();
    return route;
  }

  private Optional<Route> removed(String key, String beginning) {
    boolean unused = Script.DISCARD.run(link, key, beginning);
    return Optional.empty();
  }

  private Optional<String> key(ResourceName resource) {
    return store.get().map(id -> RouteEntry.key(id, resource));
  }
}
