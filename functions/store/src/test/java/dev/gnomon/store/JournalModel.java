package dev.gnomon.store;

import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a journal has to hold: the state after each position.
final class JournalModel {
  private final List<SortedMap<String, Integer>> states = new ArrayList<>(List.of(new TreeMap<>()));
  private final Map<String, Long> positions = new HashMap<>();

  long newest() {
    return states.size() - 1L;
  }

  SortedMap<String, Integer> at(long position) {
    return states.get((int) position);
  }

  boolean holds(String id) {
    return positions.containsKey(id);
  }

  long position(String id) {
    return positions.get(id);
  }

  /// @param contents bytes of uploaded content by its reference
  void append(Transaction transaction, Map<String, byte[]> contents) {
    TreeMap<String, Integer> next = new TreeMap<>(states.getLast());
    for (Write write : transaction.writes()) {
      switch (write) {
        case Write.Put put -> {
          byte[] bytes =
              switch (put.content()) {
                case Content.Inline inline -> inline.bytes();
                case Content.Stored stored -> contents.get(stored.reference());
                case Content.InSource source -> throw new IllegalArgumentException(put.toString());
              };
          next.put(put.key().raw(), Arrays.hashCode(bytes));
        }
        case Write.Delete delete -> next.remove(delete.key().raw());
      }
    }
    states.add(next);
    positions.put(transaction.id(), newest());
  }
}
