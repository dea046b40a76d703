package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.JournalEntry.Kind;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.store.journal.Layout.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds where the last so many writes begin, reading from the end.
///
/// Writes are those that somebody announced and those of undos; an undo in several transactions is
/// taken whole, and what an undo kept belongs to nobody's writes. Behind an undo that was begun and
/// not finished nobody can count: it took a part of the writes back already.
record LastWrites(LogReader reader) {

  /// @param writes at least 0
  /// @return position before the transaction that holds the first of them; the oldest restorable
  ///   one if there are fewer
  /// @throws Refusal if an undo among them was not finished
  long before(long writes) {
    LogObjects log = reader.log();
    Layout layout = log.layout();
    Place oldest = reader.first(layout);
    Place tail = Tail.start(log, layout);
    record Met(Kind kind, int writes, Optional<UndoId.Named> undo) {}

    List<Met> unsealed = new ArrayList<>();
    reader.each(
        layout,
        tail,
        recorded -> {
          Transaction transaction = recorded.transaction();
          unsealed.add(
              new Met(
                  recorded.kind(),
                  transaction.writes().size(),
                  UndoId.of(recorded.kind(), transaction)));
          return true;
        });
    Count count = new Count(writes);
    long position = tail.position() + unsealed.size() - 1;
    for (Met met : unsealed.reversed()) {
      if (count.isFull()) {
        break;
      }
      count.take(met.kind(), met.writes(), met.undo());
      position--;
    }
    for (int i = layout.segments().size() - 1; i >= 0 && !count.isFull(); i--) {
      Segment segment = layout.segments().get(i);
      Optional<LogObject> read = log.read(segment.stat().name());
      List<Frame> frames = read.map(log::frames).orElse(List.of());
      for (int f = frames.size() - 1; f >= 0 && !count.isFull(); f--) {
        Frame frame = frames.get(f);
        if (frame.position() == position && position >= oldest.position()) {
          TransactionCodec.Payload payload = Payloads.of(log, frame);
          Transaction transaction = payload.transaction();
          count.take(
              payload.kind(), transaction.writes().size(), UndoId.of(payload.kind(), transaction));
          position--;
        }
      }
    }
    return Math.max(position, oldest.position() - 1);
  }

  /// Counts from the newest transaction on.
  private static final class Count {
    private long left;
    private long finishedTo = Long.MAX_VALUE;
    private @Nullable UndoId within;

    Count(long writes) {
      this.left = writes;
    }

    boolean isFull() {
      return left <= 0 && within == null;
    }

    void take(Kind kind, int writes, Optional<UndoId.Named> undo) {
      if (kind != Kind.KEPT) {
        left -= writes;
      }
      if (undo.isEmpty()) {
        return;
      }
      UndoId id = undo.get().undo();
      boolean ends =
          kind == Kind.UNDO
              && (undo.get().part() == UndoId.Part.WHOLE || undo.get().part() == UndoId.Part.LAST);
      if (ends) {
        finishedTo = Math.min(finishedTo, id.to());
        within = undo.get().part() == UndoId.Part.LAST ? id : null;
      } else if (id.equals(within)) {
        within = undo.get().part() == UndoId.Part.FIRST ? null : within;
      } else if (finishedTo > id.to()) {
        throw new Refusal(
            "an undo to position %d, begun behind position %d, was not finished: finish it by --after %d, or say by --after or --before what to undo"
                .formatted(id.to(), id.from(), id.to()));
      }
    }
  }
}
