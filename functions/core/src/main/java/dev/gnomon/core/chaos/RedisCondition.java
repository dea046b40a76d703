package dev.gnomon.core.chaos;

import java.time.Duration;
import java.util.Optional;

/// How Redis looks to this process while an experiment goes on.
///
/// @param away whether it does not answer at all
/// @param delay by how much its answers come later
public record RedisCondition(boolean away, Duration delay) {
  public static final RedisCondition WELL = new RedisCondition(false, Duration.ZERO);

  public static RedisCondition of(Injected injected) {
    Optional<Trouble> now = injected.now();
    if (now.isEmpty()) {
      return WELL;
    }
    return switch (now.get()) {
      case Trouble.DeadRedis dead -> {
        injected.touch();
        yield new RedisCondition(true, Duration.ZERO);
      }
      case Trouble.SlowRedis slow -> {
        injected.touch();
        yield new RedisCondition(false, slow.delay());
      }
      case Trouble other -> WELL;
    };
  }
}
