package dev.gnomon.core.chaos;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.gnomon.core.ids.CellName;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// What an experiment does to the world. None of it changes what is stored: calls are delayed,
/// refused or answered wrongly, events are lost or repeated, work is cut off between two steps.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Trouble.Latency.class, name = "latency"),
  @JsonSubTypes.Type(value = Trouble.Errors.class, name = "errors"),
  @JsonSubTypes.Type(value = Trouble.Partition.class, name = "partition"),
  @JsonSubTypes.Type(value = Trouble.CorruptReads.class, name = "corrupt-reads"),
  @JsonSubTypes.Type(value = Trouble.ClockSkew.class, name = "clock-skew"),
  @JsonSubTypes.Type(value = Trouble.SlowRedis.class, name = "slow-redis"),
  @JsonSubTypes.Type(value = Trouble.DeadRedis.class, name = "dead-redis"),
  @JsonSubTypes.Type(value = Trouble.KilledFunction.class, name = "killed-function"),
  @JsonSubTypes.Type(value = Trouble.DuplicateEvents.class, name = "duplicate-events"),
  @JsonSubTypes.Type(value = Trouble.ReorderedEvents.class, name = "reordered-events"),
  @JsonSubTypes.Type(value = Trouble.LostEvents.class, name = "lost-events")
})
public sealed interface Trouble {
  Duration MAX_DELAY = Duration.ofSeconds(30);

  /// Far less than any grace time may be, see [ChaosRules].
  Duration MAX_SKEW = Duration.ofMinutes(10);

  int MAX_KILLS = 20;

  /// The cell it happens to, if it happens to one.
  @JsonIgnore
  default Optional<CellName> cell() {
    return Optional.empty();
  }

  /// Whether it lets the cell give answers that are not true. What is decided by them must not have
  /// an effect that stays.
  @JsonIgnore
  default boolean lies() {
    return false;
  }

  /// For people.
  @JsonIgnore
  String says();

  /// Answers of a cell's store come late.
  ///
  /// @param share of the calls, in (0,1]
  record Latency(@JsonProperty("cell") CellName at, Duration delay, double share)
      implements Trouble {
    public Latency {
      positive("delay", delay, MAX_DELAY);
      checkShare(share);
    }

    @Override
    public Optional<CellName> cell() {
      return Optional.of(at);
    }

    @Override
    public String says() {
      return "%s of the calls to cell %s take %s longer".formatted(percent(share), at, text(delay));
    }
  }

  /// Calls to a cell's store fail: half of the writes before, half after they took effect.
  record Errors(@JsonProperty("cell") CellName at, double share) implements Trouble {
    public Errors {
      checkShare(share);
    }

    @Override
    public Optional<CellName> cell() {
      return Optional.of(at);
    }

    @Override
    public String says() {
      return "%s of the calls to cell %s fail".formatted(percent(share), at);
    }
  }

  /// A cell's store can't be reached.
  record Partition(@JsonProperty("cell") CellName at) implements Trouble {
    @Override
    public Optional<CellName> cell() {
      return Optional.of(at);
    }

    @Override
    public String says() {
      return "cell %s can't be reached".formatted(at);
    }
  }

  /// Bits are flipped in what is read from a cell's shadow store; what is stored stays as it is.
  /// Only objects that carry a hash are touched, so that no lie can be taken for the truth.
  record CorruptReads(@JsonProperty("cell") CellName at, double share) implements Trouble {
    public CorruptReads {
      checkShare(share);
    }

    @Override
    public Optional<CellName> cell() {
      return Optional.of(at);
    }

    @Override
    public boolean lies() {
      return true;
    }

    @Override
    public String says() {
      return "%s of what is read from the shadow store of cell %s is damaged on the way"
          .formatted(percent(share), at);
    }
  }

  /// The clock of a cell's store goes wrong.
  ///
  /// @param by ahead, or behind if negative
  record ClockSkew(@JsonProperty("cell") CellName at, Duration by) implements Trouble {
    public ClockSkew {
      if (by.isZero()) {
        throw new IllegalArgumentException("by: expected a duration other than zero, found " + by);
      }
      positive("by", by.abs(), MAX_SKEW);
    }

    @Override
    public Optional<CellName> cell() {
      return Optional.of(at);
    }

    @Override
    public boolean lies() {
      return true;
    }

    @Override
    public String says() {
      return "the clock of cell %s is %s %s"
          .formatted(at, text(by.abs()), by.isNegative() ? "behind" : "ahead");
    }
  }

  /// Answers of Redis come late.
  record SlowRedis(Duration delay) implements Trouble {
    public SlowRedis {
      positive("delay", delay, MAX_DELAY);
    }

    @Override
    public String says() {
      return "Redis answers %s later".formatted(text(delay));
    }
  }

  /// Redis does not answer.
  record DeadRedis() implements Trouble {
    @Override
    public String says() {
      return "Redis does not answer";
    }
  }

  /// The work on an event ends at once when the effect of a step is stored, as if its process had
  /// been killed there.
  ///
  /// @param after name of the step, such as `fence`
  /// @param times how often in all
  record KilledFunction(String after, int times) implements Trouble {
    public KilledFunction {
      if (!after.matches("[a-z][a-z-]{0,39}")) {
        throw new IllegalArgumentException(
            "after: expected the name of a step such as fence, found '" + after + "'");
      }
      if (times < 1 || times > MAX_KILLS) {
        throw new IllegalArgumentException(
            "times: expected 1 to %d, found %d".formatted(MAX_KILLS, times));
      }
    }

    @Override
    public String says() {
      return "work is killed after the step %s, %d times".formatted(after, times);
    }
  }

  /// Events are sent twice.
  record DuplicateEvents(double share) implements Trouble {
    public DuplicateEvents {
      checkShare(share);
    }

    @Override
    public String says() {
      return percent(share) + " of the events are sent twice";
    }
  }

  /// Events are overtaken by later ones.
  ///
  /// @param within how long one is held back at most
  record ReorderedEvents(double share, Duration within) implements Trouble {
    public ReorderedEvents {
      checkShare(share);
      positive("within", within, MAX_DELAY);
    }

    @Override
    public String says() {
      return "%s of the events are held back for up to %s".formatted(percent(share), text(within));
    }
  }

  /// Events are lost after they were accepted.
  record LostEvents(double share) implements Trouble {
    public LostEvents {
      checkShare(share);
    }

    @Override
    public String says() {
      return percent(share) + " of the events are lost";
    }
  }

  private static void checkShare(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share: expected more than 0 up to 1, found " + share);
    }
  }

  private static void positive(String key, Duration found, Duration most) {
    if (!found.isPositive() || found.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: expected more than nothing up to %s, found %s"
              .formatted(key, text(most), text(found)));
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
