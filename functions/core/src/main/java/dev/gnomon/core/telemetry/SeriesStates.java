package dev.gnomon.core.telemetry;

import dev.gnomon.core.prediction.Subject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where the states of series are kept between their samples. Bounded: a subject has a budget of
/// series, and what gets no sample expires. Losing them is a cold start, never an alarm. If two
/// processes score the same series at once, the one that stores last wins. Never throws, returns in
/// bounded time; empty answers mean that it is away.
public interface SeriesStates {
  /// What is kept of one series.
  ///
  /// @param id from [SeriesKey#id]
  /// @param state some 4 KiB, opaque
  /// @param glance what is read of a subject's series without their states, as text
  record Entry(String id, byte[] state, String glance) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Entry(String otherId, byte[] otherState, String otherGlance)
          && id.equals(otherId)
          && glance.equals(otherGlance)
          && Arrays.equals(state, otherState);
    }

    @Override
    public int hashCode() {
      return id.hashCode();
    }
  }

  /// @param series that a subject may have
  /// @param kept how long a state is kept after it was stored
  record Budget(int series, Duration kept) {}

  /// The states of series that have one, by id.
  Optional<Map<String, byte[]>> load(Subject subject, Collection<String> ids);

  /// Stores states. Series that are new to a subject whose budget is spent are refused.
  ///
  /// @return the ids that were refused
  Optional<Set<String>> store(Subject subject, List<Entry> entries, Budget budget);

  /// What is known of all series of a subject, by id.
  Optional<Map<String, String>> glances(Subject subject);

  /// Frees the places of series.
  void forget(Subject subject, Collection<String> ids);
}
