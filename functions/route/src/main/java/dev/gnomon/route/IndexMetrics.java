package dev.gnomon.route;

import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisRouteIndex;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/// Shows what a Redis index does: `gnomon.route.index` by outcome, whether Redis answers, and how
/// many commands it is sent.
public final class IndexMetrics {
  private IndexMetrics() {}

  public static void bind(MeterRegistry meters, RedisLink link, RedisRouteIndex index) {
    count(meters, index, "hit", one -> one.counts().hits());
    count(meters, index, "miss", one -> one.counts().misses());
    count(meters, index, "away", one -> one.counts().failures());
    count(meters, index, "damaged", one -> one.counts().damaged());
    FunctionCounter.builder("gnomon.redis.commands", link, RedisLink::commands)
        .description("commands that were sent to Redis")
        .register(meters);
    Gauge.builder("gnomon.redis.available", link, one -> one.available() ? 1 : 0)
        .description("1 if the last command to Redis was answered")
        .register(meters);
  }

  private static void count(
      MeterRegistry meters,
      RedisRouteIndex index,
      String outcome,
      ToDoubleFunction<RedisRouteIndex> value) {
    FunctionCounter.builder("gnomon.route.index", index, value)
        .tag("outcome", outcome)
        .register(meters);
  }
}
