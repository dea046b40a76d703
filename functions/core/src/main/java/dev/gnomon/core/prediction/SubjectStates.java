package dev.gnomon.core.prediction;

import java.util.Optional;

/// What the forecast remembers of its subjects, kept where all processes see it. Losing it is a
/// cold start, never a reason to do anything. Never throws, returns in bounded time.
public interface SubjectStates {
  /// Bytes of one entry, at most.
  int MOST_BYTES = 128 * 1024;

  /// @param name of the entry: a subject as it is written, or `calibration:` with a model's name
  Optional<byte[]> load(String name);

  /// Keeps it for some days; of writers at the same time the last one stays.
  ///
  /// @param state at most [#MOST_BYTES]; larger ones are not kept
  void store(String name, byte[] state);
}
