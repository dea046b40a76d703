package dev.gnomon.core.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Writes that belong together: a restore brings back all of them or none.
///
/// @param source who observed it, such as the source of an event; ids are unique within it
/// @param id the same id again is the same transaction, however often it is delivered
/// @param time when it happened, by the clock of its source
/// @param after id of the transaction of the same source that has to be in the journal before this
///   one; empty: it is taken as it comes
/// @param writes in their order, 1 to [#MAX_WRITES]; of several to one key the last one counts
public record Transaction(
    String source, String id, Instant time, Optional<String> after, List<Write> writes) {
  public static final int MAX_WRITES = 50_000;
  public static final int MAX_ID = 500;
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  public Transaction {
    writes = List.copyOf(writes);
    checkId(source, "source");
    checkId(id, "id");
    after.ifPresent(text -> checkId(text, "predecessor"));
    if (writes.isEmpty() || writes.size() > MAX_WRITES) {
      throw new IllegalArgumentException(
          "a transaction has 1 to %d writes, '%s' has %d".formatted(MAX_WRITES, id, writes.size()));
    }
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new IllegalArgumentException(
          "the time of transaction '%s' is out of bounds: %s".formatted(id, time));
    }
    if (after.isPresent() && after.get().equals(id)) {
      throw new IllegalArgumentException("transaction '" + id + "' can't come after itself");
    }
  }

  private static void checkId(String text, String what) {
    if (text.isEmpty() || text.length() > MAX_ID) {
      throw new IllegalArgumentException(
          "the %s of a transaction has 1 to %d characters: '%s'".formatted(what, MAX_ID, text));
    }
  }
}
