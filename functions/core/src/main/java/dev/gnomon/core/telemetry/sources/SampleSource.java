package dev.gnomon.core.telemetry.sources;

import dev.gnomon.core.telemetry.Sample;
import java.time.Instant;
import java.util.List;

/// Asks one source for what it measured. An implementation bounds how long that takes and how much
/// it reads, and throws nothing because of what comes back.
public interface SampleSource {
  /// @param after the last time that was fetched; one that only knows its present leaves it out
  /// @param at the time that is asked for, now or a moment ago
  Fetched fetch(Instant after, Instant at);

  /// What came back.
  sealed interface Fetched {
    /// @param samples in the order of the answer
    /// @param unfit how many others were left out: too long names, too many labels, of a form that
    ///   is no number
    /// @param hint a sentence on what could be done about that; empty: there is none
    record Samples(List<Sample> samples, int unfit, String hint) implements Fetched {
      public Samples(List<Sample> samples, int unfit) {
        this(samples, unfit, "");
      }

      public Samples {
        samples = List.copyOf(samples);
      }
    }

    /// There was no answer that can be used; of its series nothing is known.
    ///
    /// @param reason a sentence without a secret, an address or content
    record Down(String reason) implements Fetched {}
  }
}
