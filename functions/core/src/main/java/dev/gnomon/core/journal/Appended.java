package dev.gnomon.core.journal;

/// What became of one transaction that was to be appended.
public sealed interface Appended {
  /// It is durable at this position.
  record At(long position) implements Appended {}

  /// It was there before, with the same writes.
  record Duplicate(long position) implements Appended {}

  /// Nothing was appended: the transaction that it has to follow is not there yet.
  ///
  /// @param awaited id of that one
  record Early(String awaited) implements Appended {}

  /// Nothing was appended: its id stands for other writes.
  record Contradicts(long position) implements Appended {}
}
