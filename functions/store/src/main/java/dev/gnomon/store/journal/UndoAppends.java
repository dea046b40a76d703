package dev.gnomon.store.journal;

import dev.gnomon.core.journal.JournalEntry.Kind;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Appends the writes of an undo as they come: in few transactions, several of them in one object,
/// no more of them in memory than one object holds. Ends where others append. For one thread.
final class UndoAppends {
  private static final String SOURCE = "/gnomon/undo/";
  private static final int WRITES_IN_TRANSACTION = 10_000;
  private static final int WRITES_IN_GROUP = 100_000;

  /// What stays in frames without being taken to packs, and what shares an object.
  private static final long TRANSACTION_BYTES = 1_500_000;

  private static final long GROUP_BYTES = 7_500_000;

  private final Appender appender;
  private final UndoId id;
  private final String source;
  private final Instant time;
  private final Runnable before;
  private final List<Transaction> group = new ArrayList<>();
  private final List<Write> open = new ArrayList<>();
  private long position;
  private long openBytes;
  private long groupBytes;
  private int groupWrites;
  private int transactions;
  private boolean overtaken;

  /// @param before done before each object is appended
  UndoAppends(Appender appender, UndoId id, String cause, Instant time, Runnable before) {
    this.appender = appender;
    this.id = id;
    this.source = SOURCE + cause;
    this.time = time;
    this.before = before;
    this.position = id.from();
  }

  /// @return false if others have appended: what follows would be in vain
  boolean add(Write write) {
    long bytes = Sizes.inFrame(write);
    boolean isFull = open.size() == WRITES_IN_TRANSACTION || openBytes + bytes > TRANSACTION_BYTES;
    if (isFull && !open.isEmpty()) {
      end(transactions == 0 ? UndoId.Part.FIRST : UndoId.Part.MIDDLE);
    }
    open.add(write);
    openBytes += bytes;
    return !overtaken;
  }

  /// @return position of the last transaction; empty if others have appended
  OptionalLong finish() {
    if (!open.isEmpty()) {
      end(transactions == 0 ? UndoId.Part.WHOLE : UndoId.Part.LAST);
    }
    append();
    return overtaken ? OptionalLong.empty() : OptionalLong.of(position);
  }

  private void end(UndoId.Part part) {
    transactions++;
    String name = id.text(part, transactions);
    group.add(new Transaction(source, name, time, Optional.empty(), open));
    groupBytes += openBytes;
    groupWrites += open.size();
    open.clear();
    openBytes = 0;
    if (groupBytes + TRANSACTION_BYTES > GROUP_BYTES
        || groupWrites + WRITES_IN_TRANSACTION > WRITES_IN_GROUP) {
      append();
    }
  }

  private void append() {
    if (!overtaken && !group.isEmpty()) {
      before.run();
      Kind kind = id.keeps() ? Kind.KEPT : Kind.UNDO;
      overtaken = appender.appendBehind(position, kind, group).isEmpty();
      position += group.size();
    }
    group.clear();
    groupBytes = 0;
    groupWrites = 0;
  }
}
