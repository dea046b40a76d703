package dev.gnomon.core.journal;

/// A journal can't be read as it was stored: an object of it is missing, changed or swapped.
/// Nothing is guessed; the message names the object and what was expected of it.
public final class DamagedJournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DamagedJournalException(String message) {
    super(message);
  }
}
