package dev.gnomon.core.prediction;

import java.util.Arrays;
import java.util.Optional;

/// What the forecast remembers of its subjects, kept where all processes see it. Losing it is a
/// cold start, never a reason to do anything. Never throws, returns in bounded time.
///
/// Entries have revisions, so that of two processes that change one at the same time only one does;
/// the other one loads it again. So nothing is announced twice under two names.
public interface SubjectStates {
  /// Bytes of one entry, at most.
  int MOST_BYTES = 128 * 1024;

  /// @param name of the entry: a subject as it is written, or `calibration:` with a model's name
  /// @return empty if there is none, or if it can't be known now
  Optional<Kept> load(String name);

  /// Keeps it for some days, unless a state of this revision or a later one is there.
  ///
  /// @param kept with a revision above the one that was loaded; states of more than [#MOST_BYTES]
  ///   are not kept
  /// @return whether nobody else was faster; true also while it can't be kept
  boolean store(String name, Kept kept);

  /// @param revision 1 or more
  record Kept(long revision, byte[] state) {
    /// What comes after an entry.
    static Kept after(Optional<Kept> before, byte[] state) {
      return new Kept(before.map(Kept::revision).orElse(0L) + 1, state);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Kept(long otherRevision, byte[] otherState)
          && revision == otherRevision
          && Arrays.equals(state, otherState);
    }

    @Override
    public int hashCode() {
      return 31 * Long.hashCode(revision) + Arrays.hashCode(state);
    }

    @Override
    public String toString() {
      return "revision %d, %d bytes".formatted(revision, state.length);
    }
  }
}
