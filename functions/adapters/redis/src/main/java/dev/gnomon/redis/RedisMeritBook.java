package dev.gnomon.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.MeritBook;
import dev.gnomon.core.merit.Tracked;
import dev.gnomon.core.routes.StoreIdentity;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;

/// What is tracked of resources, in Redis under `gnomon:(store):{(resource)}:merit`: the text
/// `(milliseconds since 1970, 20 digits) (entry as JSON)`, so that the script which keeps the
/// newest route keeps the newest entry. Thread-safe; every call returns in bounded time and none
/// throws.
public final class RedisMeritBook implements MeritBook {
  private static final int DIGITS = 20;

  private final RedisLink link;
  private final KnownStore store;

  /// @param link stays the caller's to close
  /// @param identity of the control store, asked until it answers
  public RedisMeritBook(RedisLink link, Supplier<StoreIdentity> identity) {
    this.link = link;
    this.store = new KnownStore(identity);
  }

  @Override
  public Optional<Tracked> of(ResourceName resource) {
    return key(resource)
        .flatMap(key ->
            link.call(RedisLink.Urgency.READ, redis -> redis.get(key))
                    instanceof Reply.Answer<String>(Optional<String> text)
                ? text
                : Optional.empty())
        .flatMap(text -> decode(resource, text));
  }

  @Override
  public void put(Tracked tracked) {
    key(tracked.resource())
        .ifPresent(key -> {
          boolean unused = Script.OFFER.run(link, key, encode(tracked));
        });
  }

  private static String encode(Tracked tracked) {
    try {
      return "%020d %s"
          .formatted(
              Math.max(0, tracked.at().toEpochMilli()), Json.MAPPER.writeValueAsString(tracked));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Garbage is as nothing.
  private static Optional<Tracked> decode(ResourceName resource, String text) {
    if (text.length() <= DIGITS) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.MAPPER.readValue(text.substring(DIGITS + 1), Tracked.class))
          .filter(tracked -> tracked.resource().equals(resource));
    } catch (JsonProcessingException | NullPointerException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<String> key(ResourceName resource) {
    return store.get().map(id -> "gnomon:" + id.id() + ":{" + resource + "}:merit");
  }
}
