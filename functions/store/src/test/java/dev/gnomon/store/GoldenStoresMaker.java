package dev.gnomon.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.store.journal.DirectoryTarget;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Writes golden stores of today's format; not a test, so run only if it is named:
/// `-Dtest=GoldenStoresMaker -Dgnomon.golden.in=DIR -Dgnomon.golden.out=DIR`. What goes in is made
/// by `golden/make-inputs`, and so is what has to come out. A store that is in the repository is
/// never written again: this is for the next version.
class GoldenStoresMaker {
  private static final Duration GRACE = Duration.ofDays(1);

  private final TickingClock clock = new TickingClock();

  @Test
  void make() throws Exception {
    String from = System.getProperty("gnomon.golden.in", "");
    String to = System.getProperty("gnomon.golden.out", "");
    assumeTrue(!from.isEmpty() && !to.isEmpty(), "no directories are named");
    Path in = Path.of(from);
    Path out = Path.of(to);
    for (boolean encrypted : new boolean[] {false, true}) {
      String suffix = encrypted ? "-encrypted" : "";
      String key = encrypted ? HexFormat.of().formatHex(new SecureRandom().generateSeed(32)) : "";
      journal(in.resolve("journal"), out.resolve("v2-journal" + suffix), key);
      prefix(in.resolve("prefix"), out.resolve("v2-prefix" + suffix), key);
      prefixJournal(in.resolve("prefix-journal"), out.resolve("v2-prefix-journal" + suffix), key);
      upkeep(in.resolve("upkeep"), out.resolve("v2-upkeep" + suffix), key);
    }
    sparse(in.resolve("sparse"), out.resolve("v2-sparse"));
  }

  private StoreSettings settings(String key) {
    return settings(key, clock);
  }

  private static StoreSettings settings(String key, TickingClock clock) {
    return new StoreSettings(
        GRACE,
        clock,
        () -> UUID.randomUUID().toString(),
        SourceFiles.DIRECT,
        1,
        key.isEmpty() ? Optional.empty() : Optional.of(GoldenStore.key(key)));
  }

  static CaptureRequest request(Place source) {
    return request(source, UUID.randomUUID().toString());
  }

  static CaptureRequest request(Place source, String job) {
    return new CaptureRequest(
        job,
        GoldenStore.GOLDEN,
        source,
        PointKind.COMMAND,
        Optional.empty(),
        List.of(),
        OnChange.RETRY,
        CaptureRequest.DEFAULT_PART_BYTES);
  }

  private static CaptureRequest request(Path source) {
    return request(Place.of(source));
  }

  private void sparse(Path in, Path out) throws IOException {
    InMemoryObjectStore objects = new InMemoryObjectStore(clock);
    StoreFixture.on(objects, settings("")).capture(request(in.resolve("tree")));
    write(objects, in, out, "");
  }

  /// Batches that were sealed and deleted, a base in the middle, a segment whose batch is there
  /// too, and a batch of two transactions that no segment holds.
  private void journal(Path in, Path out, String key) throws IOException {
    InMemoryObjectStore objects = new InMemoryObjectStore(clock);
    ShadowStores store = ShadowStores.open(objects, settings(key));
    Point point = new StoreFixture(store).capture(request(in.resolve("start")));
    Journal journal = store.journals().of(GoldenStore.GOLDEN);
    journal.begin(point.id());
    for (int number = 1; number <= 3; number++) {
      journal.append(List.of(transaction(in, number)));
    }
    store.journals().upkeep(GoldenStore.GOLDEN).run(JournalFixture.SEAL);
    journal.append(List.of(transaction(in, 4)));
    journal.append(List.of(transaction(in, 5)));
    store.journals().upkeep(GoldenStore.GOLDEN).run(JournalFixture.FOLD);
    clock.advance(Duration.ofHours(1));
    store.journals().upkeep(GoldenStore.GOLDEN).run(JournalFixture.SEAL);
    journal.append(List.of(transaction(in, 6)));
    store.journals().upkeep(GoldenStore.GOLDEN).run(JournalFixture.SEAL);
    journal.append(List.of(transaction(in, 7), transaction(in, 8)));
    write(objects, in, out, key);
  }

  private Transaction transaction(Path in, int number) throws IOException {
    clock.advance(Duration.ofMinutes(1));
    Path step = in.resolve("" + number);
    List<Write> writes = new ArrayList<>();
    KeyedTarget put = DirectoryTarget.of(step.resolve("put"), () -> "unused");
    for (var items = put.items(); items.hasNext(); ) {
      Key key = items.next().key();
      try (InputStream content = put.read(key).orElseThrow()) {
        writes.add(
            new Write.Put(
                key,
                Optional.of("version " + number),
                Map.of("type", "text"),
                new Content.Inline(content.readAllBytes())));
      }
    }
    for (String key : Files.readAllLines(step.resolve("delete"))) {
      writes.add(new Write.Delete(Key.utf8(key), Optional.empty()));
    }
    Optional<String> after = number % 2 == 0 ? Optional.of("t" + (number - 1)) : Optional.empty();
    return new Transaction("/golden", "t" + number, clock.instant(), after, writes);
  }

  private void prefix(Path in, Path out, String key) throws IOException {
    InMemoryObjectStore objects = new InMemoryObjectStore(clock);
    InMemoryBucket bucket = new InMemoryBucket(clock::instant);
    StoreFixture store =
        new StoreFixture(
            ShadowStores.open(
                objects, settings(key), place -> bucket.open(place, PrefixSpec.DEFAULT)));
    for (int number = 1; number <= 2; number++) {
      for (String old : bucket.contents().keySet()) {
        bucket.delete(old);
      }
      for (String line : Files.readAllLines(in.resolve(number + ".tsv"))) {
        String[] row = line.split("\t", -1);
        bucket.put(
            "data/" + row[0],
            Files.readString(in.resolve("objects").resolve(row[1])),
            new Attributes(
                field("content-type", row[2]), field("owner", row[3]), field("stage", row[4])));
      }
      clock.advance(Duration.ofMinutes(1));
      store.capture(request(PrefixFixture.PLACE));
    }
    write(objects, in, out, key);
  }

  /// As [#journal], of a prefix whose content stays in the versions of its bucket.
  private static void prefixJournal(Path in, Path out, String key) throws IOException {
    GoldenBucket golden = new GoldenBucket(in.resolve("writes.tsv"));
    InMemoryObjectStore objects = new InMemoryObjectStore(golden.clock);
    ShadowStores store = ShadowStores.open(objects, settings(key, golden.clock), golden.buckets());
    JournalUpkeep upkeep = store.journals().upkeep(GoldenStore.GOLDEN);
    golden.writeToThePoint();
    golden.clock.advance(Duration.ofMinutes(1));
    new StoreFixture(store).capture(request(PrefixFixture.PLACE));
    for (int number = 1; number <= 6; number++) {
      golden.write();
      golden.settled(store);
      switch (number) {
        case 3 -> upkeep.run(JournalFixture.SEAL);
        case 5 -> {
          upkeep.run(JournalFixture.FOLD);
          golden.clock.advance(Duration.ofHours(1));
          upkeep.run(JournalFixture.SEAL);
        }
        case 6 -> upkeep.run(JournalFixture.SEAL);
        default -> {
          // They wait.
        }
      }
    }
    golden.write();
    golden.write();
    golden.settled(store);
    write(objects, in, out, key);
    Files.copy(in.resolve("writes.tsv"), out.resolve("writes.tsv"));
  }

  /// Two points that expired, the packs of one of them collected and those of the other condemned;
  /// a point that was held and accepted, with marks; and one that expired since.
  private void upkeep(Path in, Path out, String key) throws IOException {
    InMemoryObjectStore objects = new InMemoryObjectStore(clock);
    ShadowStores store = ShadowStores.open(objects, settings(key));
    StoreFixture fixture = new StoreFixture(store);
    fixture.capture(request(in.resolve("1")));
    fixture.capture(request(in.resolve("2")));
    store.expiry().expire(List.of(GoldenStore.point(1)));
    clock.advance(GRACE.plusMinutes(1));
    store.expiry().collect(GRACE);
    fixture.capture(request(in.resolve("3")));
    store.expiry().accept(GoldenStore.point(3));
    clock.advance(GRACE.plusMinutes(1));
    store.expiry().collect(GRACE);
    store.expiry().expire(List.of(GoldenStore.point(2)));
    clock.advance(Duration.ofMinutes(1));
    store.expiry().collect(GRACE);
    fixture.capture(request(Place.of(in.resolve("4")), "job-4"));
    fixture.capture(request(in.resolve("5")));
    store.expiry().expire(List.of(GoldenStore.point(4)));
    store.marks().tag(GoldenStore.point(3), "release");
    store.marks().hold(GoldenStore.point(3), "audit of 2026");
    store.marks().hold(GoldenStore.point(3), "gone since");
    store.marks().release(GoldenStore.point(3), Optional.of("gone since"));
    store.marks().tag(GoldenStore.point(5), "next");
    store.marks().untag(GoldenStore.point(5), "next");
    write(objects, in, out, key);
  }

  private static SortedMap<String, String> field(String name, String value) {
    return new TreeMap<>(value.isEmpty() ? Map.of() : Map.of(name, value));
  }

  private static void write(InMemoryObjectStore objects, Path in, Path out, String key)
      throws IOException {
    for (ObjectName name : objects.names()) {
      Path file = out.resolve(name.value());
      Files.createDirectories(file.getParent());
      try (InputStream content = objects.read(name, ByteRange.ALL).orElseThrow()) {
        Files.copy(content, file);
      }
    }
    if (!key.isEmpty()) {
      Files.writeString(out.resolve("key.hex"), key);
    }
    try (var expected = Files.newDirectoryStream(in, "golden-*.txt")) {
      for (Path file : expected) {
        Files.copy(file, out.resolve(file.getFileName()));
      }
    }
  }
}
