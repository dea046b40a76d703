package dev.gnomon.store.journal;

import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.journal.KeyedTarget.Batch;
import dev.gnomon.core.journal.KeyedTarget.Prepared;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.linux.CallFailed;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/// Writes values to a target and reads them back: many are prepared, settled together, and then
/// published. Killed, it leaves old values and new ones, each whole.
record WriteValues(KeyedTarget target, Values values) {
  /// What is prepared takes room beside what it replaces.
  private static final int MAX_PREPARED = 10_000;

  private static final long MAX_PREPARED_BYTES = 64L << 20;
  private static final int BLOCK_BYTES = 4096;

  void write(List<Write.Put> puts) {
    int most = MAX_PREPARED;
    int from = 0;
    while (from < puts.size()) {
      int to = from + 1;
      long bytes = room(puts.get(from));
      while (to < puts.size()
          && to - from < most
          && bytes + room(puts.get(to)) <= MAX_PREPARED_BYTES) {
        bytes += room(puts.get(to));
        to++;
      }
      try {
        together(puts.subList(from, to));
        from = to;
      } catch (UncheckedIOException e) {
        if (to - from == 1 || !(e.getCause() instanceof CallFailed fault && fault.isFull())) {
          throw e;
        }
        most = (to - from) / 2; // what is replaced then gives its room to what comes next
      }
    }
  }

  private static long room(Write.Put put) {
    return Math.max(BLOCK_BYTES, put.content().size());
  }

  private void together(List<Write.Put> puts) {
    Batch batch = target.batch();
    List<Integer> numbers = IntStream.range(0, puts.size()).boxed().toList();
    AtomicReferenceArray<Prepared> prepared = new AtomicReferenceArray<>(puts.size());
    try {
      Parallel.each(numbers, i -> prepared.set(i, prepare(batch, puts.get(i))));
      batch.settle();
      Parallel.each(
          numbers,
          i -> {
            prepared.get(i).publish();
            readBack(puts.get(i));
          });
    } catch (RuntimeException | Error e) {
      drop(prepared, e);
      throw e;
    }
  }

  private Prepared prepare(Batch batch, Write.Put put) {
    return batch.prepare(put.key(), put.metadata(), () -> values.stream(put.content()));
  }

  private void readBack(Write.Put put) {
    if (!values.holds(target, put.key(), put.content())) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.TRANSIENT,
          "'%s' was written and reads back differently: does somebody else write there?"
              .formatted(Keys.display(put.key())));
    }
  }

  private static void drop(AtomicReferenceArray<Prepared> prepared, Throwable cause) {
    for (int i = 0; i < prepared.length(); i++) {
      Prepared each = prepared.get(i);
      if (each != null) {
        try {
          each.drop();
        } catch (RuntimeException | Error e) {
          if (e != cause) { // such as the one OutOfMemoryError of a machine without room for more
            cause.addSuppressed(e);
          }
        }
      }
    }
  }
}
