package dev.gnomon.redis;

import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.routes.StoreIdentity;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/// What the forecast remembers, in Redis under `gnomon:(store):{(name)}:forecast` in Base64. It
/// expires. Thread-safe; every call returns in bounded time and none throws.
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
  public Optional<byte[]> load(String name) {
    return key(name)
        .flatMap(key ->
            link.call(RedisLink.Urgency.READ, redis -> redis.get(key))
                    instanceof Reply.Answer<String>(Optional<String> text)
                ? text
                : Optional.empty())
        .flatMap(RedisSubjectStates::decode);
  }

  /// Garbage is as nothing.
  private static Optional<byte[]> decode(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public void store(String name, byte[] state) {
    if (state.length > MOST_BYTES) {
      return;
    }
    key(name)
        .ifPresent(key -> {
          String text = Base64.getEncoder().encodeToString(state);
          var unused =
              link.call(
                  RedisLink.Urgency.WRITE, redis -> redis.set(key, text, SetArgs.Builder.px(kept)));
        });
  }

  private Optional<String> key(String name) {
    return store.get().map(id -> "gnomon:" + id.id() + ":{" + name + "}:forecast");
  }
}
