package dev.gnomon.store;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.journal.PrefixJournal;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.verification.buckets.InMemoryBucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;

/// The bucket that a golden journal of a prefix is of: the same writes at the same times make the
/// same versions again.
final class GoldenBucket {
  static final Duration SETTLE = Duration.ofSeconds(10);
  private static final String POINT = "point";
  private static final String DELETION = "-";

  final TickingClock clock = new TickingClock();
  final InMemoryBucket bucket = new InMemoryBucket(clock::instant).versioning(Versioning.ENABLED);
  private final Instant start = clock.instant();
  private final Queue<String> lines;

  /// @param writes lines of seconds since the start, key and content, and one `point`
  GoldenBucket(Path writes) throws IOException {
    this.lines = new ArrayDeque<>(Files.readAllLines(writes));
  }

  Buckets buckets() {
    PrefixSpec usual = PrefixSpec.DEFAULT;
    PrefixSpec spec =
        new PrefixSpec(
            usual.region(), usual.credentials(), Versions.USE, usual.allTags(), usual.writer());
    return place -> bucket.open(place, spec);
  }

  /// Makes the writes before the point.
  void writeToThePoint() {
    while (!lines.element().equals(POINT)) {
      write();
    }
    lines.remove();
  }

  /// Makes the next write behind the point.
  void write() {
    String[] row = lines.remove().split("\t", -1);
    Instant time = start.plusSeconds(Long.parseLong(row[0]));
    clock.advance(Duration.between(clock.instant(), time));
    if (row[2].equals(DELETION)) {
      bucket.delete("data/" + row[1]);
    } else {
      bucket.put("data/" + row[1], row[2]);
    }
  }

  void writeAll() {
    writeToThePoint();
    while (!lines.isEmpty()) {
      write();
    }
  }

  static PrefixJournal journal(ShadowStores store) {
    return store.journals().prefix(GoldenStore.GOLDEN, PrefixFixture.PLACE, SETTLE);
  }

  /// Brings a journal up to everything that was written.
  PrefixJournal.Reconciled settled(ShadowStores store) {
    clock.advance(SETTLE.plusSeconds(1));
    return journal(store).reconcile();
  }
}
