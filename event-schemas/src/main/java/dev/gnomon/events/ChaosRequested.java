package dev.gnomon.events;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Run an experiment: make trouble on purpose, for a bounded time. Refused unless gnomon.yaml
/// allows it.
///
/// @param experiment its id; an experiment of an id runs once
/// @param name for people
/// @param lasts how long the trouble is made
/// @param expect what may happen and what has to; absent ones have their defaults
/// @param by who asks, for the record
public record ChaosRequested(
    String experiment,
    String name,
    Trouble trouble,
    Duration lasts,
    Optional<Expect> expect,
    Optional<String> by)
    implements EventData {
  public static final String TYPE = "dev.gnomon.chaos-requested.v1";

  public ChaosRequested {
    Text.required("experiment", experiment);
    Text.required("name", name);
    Text.required("trouble", trouble);
    Text.required("lasts", lasts);
    expect = Text.optional(expect);
    by = Text.optional(by);
  }

  /// What is made; which of the values a kind needs is said where it is taken.
  public record Trouble(
      String kind,
      Optional<String> cell,
      Optional<Duration> delay,
      Optional<Double> share,
      Optional<Duration> ahead,
      Optional<Duration> behind,
      Optional<String> after,
      Optional<Integer> times,
      Optional<Duration> within) {
    public Trouble {
      Text.required("kind", kind);
      cell = Text.optional(cell);
      delay = Text.optional(delay);
      share = Text.optional(share);
      ahead = Text.optional(ahead);
      behind = Text.optional(behind);
      after = Text.optional(after);
      times = Text.optional(times);
      within = Text.optional(within);
    }
  }

  /// What is expected of it.
  public record Expect(
      Optional<List<String>> moves,
      Optional<Integer> switches,
      Optional<Double> merit,
      Optional<Duration> settles,
      Optional<Duration> noticed) {
    public Expect {
      moves = Text.optional(moves).map(List::copyOf);
      switches = Text.optional(switches);
      merit = Text.optional(merit);
      settles = Text.optional(settles);
      noticed = Text.optional(noticed);
    }
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(experiment);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.of(experiment);
  }
}
