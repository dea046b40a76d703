package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep.Report;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.store.keys.MasterKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/// One process that uses a journal.
record JournalFixture(ShadowStores store) {
  static final ResourceName ORDERS = new ResourceName("orders");
  static final Duration GRACE = Duration.ofHours(2);
  static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  /// Seals everything at once.
  static final Rules SEAL = new Rules(1, Duration.ZERO, 1_000_000, Duration.ofDays(7));

  /// Makes a base of everything that is sealed.
  static final Rules FOLD = new Rules(1, Duration.ZERO, 1, Duration.ofDays(7));

  static JournalFixture on(ObjectStore objects, TickingClock clock) {
    return on(objects, clock, Optional.empty());
  }

  static JournalFixture on(ObjectStore objects, TickingClock clock, Optional<MasterKey> key) {
    return new JournalFixture(
        ShadowStores.open(
            objects,
            new StoreSettings(
                GRACE, clock, () -> UUID.randomUUID().toString(), SourceFiles.DIRECT, 2, key)));
  }

  Journal journal() {
    return store.journals().of(ORDERS);
  }

  Replay replay() {
    return store.journals().replay(ORDERS);
  }

  Report upkeep(Rules rules) {
    return store.journals().upkeep(ORDERS).run(rules);
  }

  Appended append(Transaction transaction) {
    return journal().append(List.of(transaction)).getFirst();
  }

  /// Seven transactions on the keys `a`, `b` and `c`: a segment for each of the positions 1 to 5,
  /// bases at 2 and 4, batches of 6 and 7.
  ///
  /// @param clock the journal's, which goes on until the batches that were sealed are gone
  /// @param big what is put at `b`
  void sevenTransactions(TickingClock clock, byte[] big) {
    append(transaction("t1", put("a", "1"), put("b", big)));
    append(transaction("t2", put("a", "2")));
    upkeep(FOLD);
    append(transaction("t3", put("a", "3")));
    upkeep(SEAL);
    append(transaction("t4", delete("b"), put("c", "4")));
    upkeep(FOLD);
    append(transaction("t5", put("a", "5")));
    upkeep(SEAL);
    clock.advance(Duration.ofMinutes(20));
    upkeep(SEAL);
    append(transaction("t6", put("a", "6")));
    append(transaction("t7", put("a", "7")));
  }

  /// The state at a position.
  SortedMap<String, Integer> at(long position) {
    MapTarget target = new MapTarget();
    replay().restore(position, target);
    return target.contents();
  }

  static Transaction transaction(String id, Write... writes) {
    return new Transaction("/test", id, TIME, Optional.empty(), List.of(writes));
  }

  static Transaction transaction(String id, Instant time, Write... writes) {
    return new Transaction("/test", id, time, Optional.empty(), List.of(writes));
  }

  static Write put(String key, String value) {
    return put(key, value.getBytes(UTF_8));
  }

  static Write put(String key, byte[] value) {
    return new Write.Put(
        Key.utf8(key), Optional.of("v"), Map.of("type", "text"), new Content.Inline(value));
  }

  static Write delete(String key) {
    return new Write.Delete(Key.utf8(key), Optional.empty());
  }
}
