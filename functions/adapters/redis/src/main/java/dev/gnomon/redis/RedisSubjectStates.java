package dev.gnomon.redis;

import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.routes.StoreIdentity;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/// What the forecast remembers, in Redis under `gnomon:(store):{(name)}:forecast`: the revision, a
/// colon, the state in Base64. It expires. Thread-safe; every call returns in bounded time and none
/// throws.
public final class RedisSubjectStates implements SubjectStates {
  /// What was not stored again within this time is forgotten.
  public static final Duration KEPT = Duration.ofDays(30);

  private final RedisLink link;
  private final KnownStore store;
  private final Duration kept;

  /// @param link stays the caller's to close
  /// @param identity of the control store, asked until it answers
  /// @param kept such as [#KEPT]
  public RedisSubjectStates(RedisLink link, Supplier<StoreIdentity> identity, Duration kept) {
    this.link = link;
    this.store = new KnownStore(identity);
    this.kept = kept;
  }

  @Override
  public Optional<Kept> load(String name) {
    return key(name)
        .flatMap(key ->
            link.call(RedisLink.Urgency.READ, redis -> redis.get(key))
                    instanceof Reply.Answer<String>(Optional<String> text)
                ? text
                : Optional.empty())
        .flatMap(RedisSubjectStates::decode);
  }

  /// Garbage is as nothing; behind a revision it is a state that nobody can read, so that the next
  /// one has a later revision and is taken.
  private static Optional<Kept> decode(String text) {
    int colon = text.indexOf(':');
    try {
      return Optional.of(
          new Kept(Long.parseLong(text, 0, colon, 10), state(text.substring(colon + 1))));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static byte[] state(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  @Override
  public boolean store(String name, Kept kept) {
    Optional<String> key = key(name);
    if (key.isEmpty() || kept.state().length > MOST_BYTES) {
      return true;
    }
    Reply<Long> reply =
        Script.STORE_LATER.call(
            link,
            ScriptOutputType.INTEGER,
            new String[] {key.get()},
            String.valueOf(kept.revision()),
            Base64.getEncoder().encodeToString(kept.state()),
            String.valueOf(this.kept.toMillis()));
    return !(reply instanceof Reply.Answer<Long>(Optional<Long> stored)) || stored.orElse(1L) == 1;
  }

  private Optional<String> key(String name) {
    return store.get().map(id -> "gnomon:" + id.id() + ":{" + name + "}:forecast");
  }
}
