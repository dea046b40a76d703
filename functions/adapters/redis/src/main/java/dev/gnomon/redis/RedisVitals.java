package dev.gnomon.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.routes.StoreIdentity;
import io.lettuce.core.SetArgs;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/// The newest vitals of each subject in Redis, under `gnomon:(store):{(subject)}:vitals` as JSON.
/// They expire: what was not posted again is not known. Thread-safe; every call returns in bounded
/// time and none throws.
public final class RedisVitals implements Vitals.Board {
  /// Vitals that were not posted again within this time are not known any more.
  public static final Duration KEPT = Duration.ofMinutes(10);

  private final RedisLink link;
  private final KnownStore store;
  private final Duration kept;

  /// What is stored; the key says of whom.
  private record Entry(
      OptionalDouble health, OptionalDouble latency, Optional<Estimate> estimate, Instant at) {}

  /// @param link stays the caller's to close
  /// @param identity of the control store, asked until it answers
  /// @param kept how long they are believed, such as [#KEPT]
  public RedisVitals(RedisLink link, Supplier<StoreIdentity> identity, Duration kept) {
    this.link = link;
    this.store = new KnownStore(identity);
    this.kept = kept;
  }

  @Override
  public void post(Vitals vitals) {
    Optional<String> key = key(vitals.subject());
    if (key.isPresent()) {
      String text =
          encode(new Entry(vitals.health(), vitals.latency(), vitals.estimate(), vitals.at()));
      var unused =
          link.call(
              RedisLink.Urgency.WRITE,
              redis -> redis.set(key.get(), text, SetArgs.Builder.px(kept)));
    }
  }

  @Override
  public Optional<Vitals> of(Subject subject) {
    return key(subject)
        .flatMap(key ->
            link.call(RedisLink.Urgency.READ, redis -> redis.get(key))
                    instanceof Reply.Answer<String>(Optional<String> text)
                ? text
                : Optional.empty())
        .flatMap(text -> decode(subject, text));
  }

  private static String encode(Entry entry) {
    try {
      return Json.MAPPER.writeValueAsString(entry);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Vitals> decode(Subject subject, String text) {
    try {
      Entry entry = Json.MAPPER.readValue(text, Entry.class);
      return Optional.of(
          new Vitals(subject, entry.health(), entry.latency(), entry.estimate(), entry.at()));
    } catch (JsonProcessingException | NullPointerException e) {
      return Optional.empty(); // Garbage is as nothing.
    }
  }

  private Optional<String> key(Subject subject) {
    return store.get().map(id -> "gnomon:" + id.id() + ":{" + subject + "}:vitals");
  }
}
