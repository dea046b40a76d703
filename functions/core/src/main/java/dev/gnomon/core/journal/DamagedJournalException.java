package dev.gnomon.core.journal;

/// A journal can't be read as it was stored: an object of it is missing, changed or swapped.
/// Nothing is guessed; the message names the object and what was expected of it.
public final class DamagedJournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String object;

  public DamagedJournalException(String message) {
    this("", message);
  }

  /// @param object name of the object that is missing, changed or swapped
  public DamagedJournalException(String object, String message) {
    super(message);
    this.object = object;
  }

  /// Name of the object that is missing, changed or swapped; empty if none is to blame by itself.
  public String object() {
    return object;
  }
}
