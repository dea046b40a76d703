package dev.gnomon.core.chaos;

import dev.gnomon.core.ids.CellName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A trouble as people and events write it: a kind, and the values that belong to it.
public record TroubleForm(
    String kind,
    Optional<String> cell,
    Optional<Duration> delay,
    Optional<Double> share,
    Optional<Duration> ahead,
    Optional<Duration> behind,
    Optional<String> after,
    Optional<Integer> times,
    Optional<Duration> within) {

  /// @throws IllegalArgumentException with a sentence of what was expected and what was found
  public Trouble trouble() {
    double part = share.orElse(1.0);
    return switch (kind) {
      case "latency" -> {
        only("cell", "delay", "share");
        yield new Trouble.Latency(at(), needed("delay", delay), part);
      }
      case "errors" -> {
        only("cell", "share");
        yield new Trouble.Errors(at(), part);
      }
      case "partition" -> {
        only("cell");
        yield new Trouble.Partition(at());
      }
      case "corrupt-reads" -> {
        only("cell", "share");
        yield new Trouble.CorruptReads(at(), part);
      }
      case "clock-skew" -> {
        only("cell", "ahead", "behind");
        if (ahead.isPresent() == behind.isPresent()) {
          throw new IllegalArgumentException(
              "clock-skew: expected one of ahead and behind, found "
                  + (ahead.isPresent() ? "both" : "neither"));
        }
        yield new Trouble.ClockSkew(
            at(), ahead.orElseGet(() -> needed("behind", behind).negated()));
      }
      case "slow-redis" -> {
        only("delay");
        yield new Trouble.SlowRedis(needed("delay", delay));
      }
      case "dead-redis" -> {
        only();
        yield new Trouble.DeadRedis();
      }
      case "killed-function" -> {
        only("after", "times");
        yield new Trouble.KilledFunction(needed("after", after), times.orElse(1));
      }
      case "duplicate-events" -> {
        only("share");
        yield new Trouble.DuplicateEvents(part);
      }
      case "reordered-events" -> {
        only("share", "within");
        yield new Trouble.ReorderedEvents(part, needed("within", within));
      }
      case "lost-events" -> {
        only("share");
        yield new Trouble.LostEvents(part);
      }
      default -> throw new IllegalArgumentException("kind: unknown trouble '" + kind + "'");
    };
  }

  private CellName at() {
    return new CellName(needed("cell", cell));
  }

  private <T> T needed(String key, Optional<T> value) {
    return value.orElseThrow(() ->
        new IllegalArgumentException(
            "%s: expected a value because the kind is %s, found none".formatted(key, kind)));
  }

  private void only(String... known) {
    Map<String, Optional<?>> all = new LinkedHashMap<>();
    all.put("cell", cell);
    all.put("delay", delay);
    all.put("share", share);
    all.put("ahead", ahead);
    all.put("behind", behind);
    all.put("after", after);
    all.put("times", times);
    all.put("within", within);
    List<String> extra = new ArrayList<>();
    all.forEach((key, value) -> {
      if (value.isPresent() && !List.of(known).contains(key)) {
        extra.add(key);
      }
    });
    if (!extra.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: expected nothing because the kind is %s, found a value"
              .formatted(String.join(", ", extra), kind));
    }
  }
}
