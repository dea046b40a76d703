package dev.gnomon.core.rollback;

/// What automation left a place for, and with that what it takes to come back ([Departures]).
public enum Blame {
  /// What it held. That is restored.
  CONTENT("for its content"),
  /// It did not answer. Whoever asks it sees when it does again.
  REACH("because it did not answer"),
  /// How it did while it served: slow, full, worn out, or outranked. Nobody can see whether that is
  /// over as long as nothing is asked of it.
  PLACE("for how it did while it served");

  private final String says;

  Blame(String says) {
    this.says = says;
  }

  /// A clause for people.
  public String says() {
    return says;
  }
}
