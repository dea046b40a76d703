package dev.gnomon.store.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The transactions that a journal holds, by id: 28 bytes a transaction in sealed segments. Guarded
/// by its owner.
final class KnownIds {
  private final Map<TransactionId, Known> recent = new HashMap<>();
  private final List<Table> sealed = new ArrayList<>();

  /// @param digest of the transaction as it was submitted
  record Known(long position, long digest) {}

  void add(TransactionId id, Known known) {
    recent.putIfAbsent(id, known);
  }

  void add(SegmentIndex index) {
    sealed.addFirst(Table.of(index));
  }

  Optional<Known> find(TransactionId id) {
    Known known = recent.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    return sealed.stream().flatMap(table -> table.find(id).stream()).findFirst();
  }

  /// How many there are beside those in segments.
  int recent() {
    return recent.size();
  }

  /// Ids of one segment, sorted.
  private record Table(
      long firstPosition, long[] highs, long[] lows, long[] digests, int[] frames) {
    static Table of(SegmentIndex index) {
      TransactionId[] ids = index.ids();
      Integer[] order = new Integer[ids.length];
      Arrays.setAll(order, i -> i);
      Arrays.sort(
          order,
          Comparator.comparingLong((Integer i) -> ids[i].high())
              .thenComparingLong(i -> ids[i].low()));
      Table table =
          new Table(
              index.header().firstPosition(),
              new long[ids.length],
              new long[ids.length],
              new long[ids.length],
              new int[ids.length]);
      for (int i = 0; i < order.length; i++) {
        table.highs[i] = ids[order[i]].high();
        table.lows[i] = ids[order[i]].low();
        table.digests[i] = index.digests()[order[i]];
        table.frames[i] = order[i];
      }
      return table;
    }

    Optional<Known> find(TransactionId id) {
      int at = Arrays.binarySearch(highs, id.high());
      if (at < 0) {
        return Optional.empty();
      }
      while (at > 0 && highs[at - 1] == id.high()) {
        at--;
      }
      for (; at < highs.length && highs[at] == id.high(); at++) {
        if (lows[at] == id.low()) {
          return Optional.of(new Known(firstPosition + frames[at], digests[at]));
        }
      }
      return Optional.empty();
    }
  }
}
