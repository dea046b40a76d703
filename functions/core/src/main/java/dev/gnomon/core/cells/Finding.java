package dev.gnomon.core.cells;

/// One thing about a cell, and how it stands.
///
/// @param what such as `bucket`
/// @param said a sentence for people
public record Finding(String what, State state, String said) {
  /// How it stands.
  public enum State {
    /// Was done now.
    DONE,
    /// Was so already.
    SAME,
    /// Would be done.
    WOULD,
    /// The server does not offer it; Gnomon does without.
    NOT_OFFERED,
    /// Is left to a person.
    LEFT,
    /// The cell can't be used.
    FAILED
  }

  /// Whether something was changed.
  public boolean changed() {
    return state == State.DONE;
  }
}
