package dev.gnomon.store.journal;

import dev.gnomon.core.journal.JournalEntry.Kind;
import dev.gnomon.core.journal.Transaction;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names the transactions of an undo, so that a later one can tell whether it was finished.
///
/// @param keeps whether they keep what was in no transaction, before the undo itself
/// @param to position that it goes back to
/// @param from newest position when they began
/// @param run tells it from others
record UndoId(boolean keeps, long to, long from, String run) {
  private static final String KEEPS = "kept-";
  private static final Pattern TEXT =
      Pattern.compile(
          "(kept-)?to-([0-9]{1,18})-from-([0-9]{1,18})-([^-]+(?:-[^-]+)*?)(-part[0-9]+|-end)?");

  /// Which of its transactions one is.
  enum Part {
    WHOLE,
    FIRST,
    MIDDLE,
    LAST
  }

  /// One of its transactions.
  record Named(UndoId undo, Part part) {}

  /// @param number of the transaction, from 1
  String text(Part part, int number) {
    String whole = (keeps ? KEEPS : "") + "to-" + to + "-from-" + from + "-" + run;
    return switch (part) {
      case WHOLE -> whole;
      case FIRST, MIDDLE -> whole + "-part" + number;
      case LAST -> whole + "-end";
    };
  }

  /// @return empty if the transaction is none of an undo
  static Optional<Named> of(Kind kind, Transaction transaction) {
    Matcher text = TEXT.matcher(transaction.id());
    if (kind == Kind.OBSERVED || !text.matches()) {
      return Optional.empty();
    }
    String suffix = text.group(5) == null ? "" : text.group(5);
    Part part =
        switch (suffix) {
          case "" -> Part.WHOLE;
          case "-end" -> Part.LAST;
          case "-part1" -> Part.FIRST;
          default -> Part.MIDDLE;
        };
    return Optional.of(
        new Named(
            new UndoId(
                text.group(1) != null,
                Long.parseLong(text.group(2)),
                Long.parseLong(text.group(3)),
                text.group(4)),
            part));
  }
}
