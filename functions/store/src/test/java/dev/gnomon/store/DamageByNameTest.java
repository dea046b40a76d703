package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.CheckReport.Finding;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.check.StoreCheck;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.MasterKeys;
import dev.gnomon.store.keys.WrongKeyException;
import dev.gnomon.store.points.Records;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever happens to whichever object of a store: a check names it, or docs/STORE-FORMAT.md says
/// that it can't. Every name of the format's table has to be told here what to expect. And a check
/// never calls a store clean in which a point or a moment of a journal can't be read.
class DamageByNameTest {
  private static final Duration GRACE = Duration.ofHours(2);
  private static final MasterKey FIRST = key("a");
  private static final MasterKey SECOND = key("b");
  private static final Path FORMAT = Path.of("../../docs/STORE-FORMAT.md");
  private static final int POSITIONS = 7;

  private enum Damage {
    DELETED,
    CUT,
    FLIPPED_AT_START,
    FLIPPED_IN_THE_MIDDLE,
    FLIPPED_AT_END,
    EXCHANGED
  }

  /// What a check does.
  private enum Told {
    /// A finding names the object, or the store can't be opened at all.
    NAMED,
    /// Nothing is found, and nothing is lost with it.
    UNTOLD_AND_HARMLESS,
    /// Something is lost, and nobody can tell: the document says so.
    UNTOLD,
    /// One of the above: it depends on which of these objects it is.
    DEPENDS
  }

  /// @param exchangedPlain of two such objects of a store without encryption
  /// @param exchangedSealed of one with it
  private record Row(
      String name, String pattern, Told deleted, Told exchangedPlain, Told exchangedSealed) {}

  /// What is cut or flipped is always named.
  private static final List<Row> ROWS =
      List.of(
          row("store/format", "store/format", Told.NAMED, Told.DEPENDS, Told.DEPENDS),
          row(
              "store/keys/<data key>/<master key>",
              "store/keys/[^/]+/[^/]+",
              Told.UNTOLD, // of several: the others open the store; the last one is missed at once
              Told.NAMED,
              Told.NAMED),
          row(
              "store/keys/<data key>/removing/<master key>",
              "store/keys/[^/]+/removing/.*",
              Told.UNTOLD_AND_HARMLESS,
              Told.DEPENDS,
              Told.DEPENDS),
          row("store/packs/<uuid>", "store/packs/.*", Told.NAMED, Told.NAMED, Told.NAMED),
          // In a store without encryption nothing in it depends on its name.
          row(
              "store/index/<uuid>",
              "store/index/.*",
              Told.DEPENDS,
              Told.UNTOLD_AND_HARMLESS,
              Told.NAMED),
          row(
              "store/points/<resource>/<seq20>",
              "store/points/.*",
              Told.NAMED,
              Told.NAMED,
              Told.NAMED),
          row(
              "store/accepted/<resource>/<seq20>",
              "store/accepted/.*",
              Told.UNTOLD,
              Told.NAMED,
              Told.NAMED),
          row(
              "store/expired/<resource>/<seq20>",
              "store/expired/.*",
              Told.DEPENDS,
              Told.NAMED,
              Told.NAMED),
          row(
              "store/marks/<resource>/<seq20>/<n20>",
              "store/marks/.*",
              Told.DEPENDS, // the last one of a log is not missed
              Told.NAMED,
              Told.NAMED),
          row(
              "store/jobs/<job>/parts/<part10>",
              "store/jobs/[^/]+/parts/.*",
              Told.UNTOLD_AND_HARMLESS,
              Told.UNTOLD_AND_HARMLESS,
              Told.NAMED),
          row(
              "store/jobs/<job>/chosen/<n10>",
              "store/jobs/[^/]+/chosen/.*",
              Told.UNTOLD_AND_HARMLESS,
              Told.NAMED,
              Told.NAMED),
          row(
              "store/grace/<millis20>/<slot20>",
              "store/grace/.*",
              Told.UNTOLD,
              Told.DEPENDS, // equal times are exchanged without harm
              Told.NAMED),
          row(
              "store/journal/<resource>/batches/<n20>",
              "store/journal/[^/]+/batches/.*",
              Told.DEPENDS, // the newest one is not missed
              Told.NAMED,
              Told.NAMED),
          row(
              "store/journal/<resource>/segments/<first20>-<last20>",
              "store/journal/[^/]+/segments/.*",
              Told.DEPENDS, // what retention may have deleted is not missed
              Told.NAMED,
              Told.NAMED),
          row(
              "store/journal/<resource>/bases/<position20>",
              "store/journal/[^/]+/bases/.*",
              Told.DEPENDS, // likewise; with its segments nothing is lost
              Told.NAMED,
              Told.NAMED),
          row(
              "store/gc/<n20>/condemned",
              "store/gc/[^/]+/condemned",
              Told.UNTOLD_AND_HARMLESS,
              Told.UNTOLD,
              Told.NAMED),
          row(
              "store/gc/<n20>/done",
              "store/gc/[^/]+/done",
              Told.UNTOLD_AND_HARMLESS,
              Told.UNTOLD_AND_HARMLESS,
              Told.NAMED));

  private static Row row(
      String name, String pattern, Told deleted, Told exchangedPlain, Told exchangedSealed) {
    return new Row(name, pattern, deleted, exchangedPlain, exchangedSealed);
  }

  private static final Logger LOG = Logger.getLogger("dev.gnomon.store");
  private static final Map<Boolean, Filled> FILLED = new HashMap<>();

  @TempDir Path directory;

  /// A store with something under every name; what a case damages is a copy.
  private record Filled(
      TickingClock clock,
      InMemoryBucket bucket,
      InMemoryObjectStore whole,
      StoreSettings settings) {
    ShadowStores open(InMemoryObjectStore store) {
      return ShadowStores.open(store, settings, place -> bucket.open(place, PrefixSpec.DEFAULT));
    }
  }

  /// A thousand warnings, all of them expected.
  @BeforeAll
  static void beQuiet() {
    LOG.setLevel(Level.SEVERE);
  }

  @AfterAll
  static void beLoud() {
    LOG.setLevel(null);
    FILLED.clear();
  }

  static Stream<Arguments> cases() {
    return Stream.of(false, true)
        .flatMap(encrypted ->
            ROWS.stream()
                .filter(row -> encrypted || !row.name().startsWith("store/keys/"))
                .map(row -> Arguments.of(row.name(), encrypted)));
  }

  @Test
  void everyNameOfTheFormatIsExpectedHere() throws IOException {
    String text = Files.readString(FORMAT);
    String table = text.substring(text.indexOf("## Names"), text.indexOf("## Blobs and cuts"));
    List<String> names = new ArrayList<>();
    for (String line : table.lines().toList()) {
      Matcher first = Pattern.compile("^\\| (`[^|]*`) \\|").matcher(line);
      if (first.find()) {
        Matcher name = Pattern.compile("`([^`]*)`").matcher(line);
        while (name.find()) {
          String one = name.group(1);
          String before = names.isEmpty() ? "" : names.getLast();
          if (one.startsWith("store/") && name.start() == 2) {
            names.add(one);
          } else if (one.startsWith(".../")) {
            names.add(before.substring(0, before.lastIndexOf('/')) + one.substring("...".length()));
          }
        }
      }
    }

    assertThat(names).containsExactlyElementsOf(ROWS.stream().map(Row::name).toList());
  }

  @ParameterizedTest(name = "{0}, encrypted: {1}")
  @MethodSource("cases")
  void isNamedOrSaidNotToBe(String rowName, boolean encrypted) throws Exception {
    if (!FILLED.containsKey(encrypted)) {
      FILLED.put(encrypted, fill(encrypted));
    }
    Filled filled = FILLED.get(encrypted);
    InMemoryObjectStore whole = filled.whole();
    Row row = ROWS.stream().filter(one -> one.name().equals(rowName)).findFirst().orElseThrow();
    List<ObjectName> objects =
        whole.names().stream().filter(name -> name.value().matches(row.pattern())).toList();
    assertThat(objects).isNotEmpty();
    assertThat(check(whole, filled).findings()).isEmpty();
    assertThat(unreadable(whole, filled)).isEmpty();

    Map<String, String> wrong = new LinkedHashMap<>();
    for (int i = 0; i < objects.size(); i++) {
      for (Damage damage : Damage.values()) {
        InMemoryObjectStore store = whole.copy();
        ObjectName name = objects.get(i);
        ObjectName other = objects.get((i + 1) % objects.size());
        if (damage != Damage.EXCHANGED || !name.equals(other)) {
          damage(store, damage, name, other);
          expectation(row, damage, encrypted, name, store, filled)
              .ifPresent(what -> wrong.put(damage + " " + name, what));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private Optional<String> expectation(
      Row row,
      Damage damage,
      boolean encrypted,
      ObjectName name,
      InMemoryObjectStore store,
      Filled filled) {
    Told told =
        switch (damage) {
          case DELETED -> row.deleted();
          case CUT, FLIPPED_AT_START, FLIPPED_IN_THE_MIDDLE, FLIPPED_AT_END -> Told.NAMED;
          case EXCHANGED -> encrypted ? row.exchangedSealed() : row.exchangedPlain();
        };
    CheckReport report;
    try {
      report = check(store, filled);
    } catch (WrongKeyException e) {
      return Optional.empty(); // nobody takes that for clean
    }
    List<String> named =
        report.findings().stream().map(Finding::object).map(ObjectName::value).toList();
    List<String> unreadable = unreadable(store, filled);
    boolean untold = told == Told.UNTOLD || (told == Told.DEPENDS && damage == Damage.DELETED);
    if (report.clean() && !unreadable.isEmpty() && !untold && !named.contains(name.value())) {
      return Optional.of("a check calls it clean, but " + unreadable);
    }
    return switch (told) {
      case NAMED ->
          named.contains(name.value())
              ? Optional.empty()
              : Optional.of("not named: " + report.findings());
      case UNTOLD_AND_HARMLESS, UNTOLD ->
          named.isEmpty()
              ? Optional.empty()
              : Optional.of("it is told after all: " + report.findings());
      case DEPENDS -> Optional.empty();
    };
  }

  private static void damage(
      InMemoryObjectStore store, Damage damage, ObjectName name, ObjectName other) {
    switch (damage) {
      case DELETED -> store.delete(List.of(name));
      case CUT -> store.damage(name, bytes -> Arrays.copyOf(bytes, bytes.length / 2));
      case FLIPPED_AT_START -> store.damage(name, bytes -> flipped(bytes, 3));
      case FLIPPED_IN_THE_MIDDLE -> store.damage(name, bytes -> flipped(bytes, bytes.length / 2));
      case FLIPPED_AT_END -> store.damage(name, bytes -> flipped(bytes, bytes.length - 1));
      case EXCHANGED -> {
        byte[] one = bytes(store, name);
        byte[] two = bytes(store, other);
        store.damage(name, bytes -> two);
        store.damage(other, bytes -> one);
      }
    }
  }

  private static byte[] flipped(byte[] bytes, int at) {
    bytes[at] ^= 4;
    return bytes;
  }

  private CheckReport check(InMemoryObjectStore store, Filled filled) {
    return new StoreCheck(RootsTest.parts(store, filled.settings()), directory)
        .run(new ReadSample(100, 0), bytes -> {});
  }

  /// What of all that was there can't be had from the store any more.
  private static List<String> unreadable(InMemoryObjectStore store, Filled filled) {
    ShadowStores stores = filled.open(store);
    try {
      stores.shadows().points(StoreFixture.SITE);
    } catch (BlobFault | ObjectStoreException e) {
      return List.of("everything: " + e.getMessage());
    }
    List<String> unreadable = new ArrayList<>();
    for (PointId point :
        List.of(
            new PointId(StoreFixture.SITE, 4),
            new PointId(StoreFixture.SITE, 5),
            GoldenStore.point(1))) {
      try {
        stores.restorer().verify(point, Progress.NONE);
      } catch (DamagedPointException | ObjectStoreException | IllegalArgumentException e) {
        unreadable.add(point + ": " + e.getMessage());
      }
    }
    for (int position = 1; position <= POSITIONS; position++) {
      try {
        stores.journals().replay(JournalFixture.ORDERS).restore(position, new MapTarget());
      } catch (DamagedJournalException
          | DamagedPointException
          | ObjectStoreException
          | dev.gnomon.core.faults.Refusal e) {
        unreadable.add("position " + position + ": " + e.getMessage());
      }
    }
    return unreadable;
  }

  private Filled fill(boolean encrypted) throws IOException {
    Files.createDirectory(directory.resolve("source"));
    TickingClock clock = new TickingClock();
    InMemoryObjectStore whole = new InMemoryObjectStore(clock);
    InMemoryBucket bucket = new InMemoryBucket(clock::instant);
    StoreSettings settings =
        new StoreSettings(
            GRACE,
            clock,
            () -> UUID.randomUUID().toString(),
            SourceFiles.DIRECT,
            1,
            encrypted ? Optional.of(FIRST) : Optional.empty());
    Filled filled = new Filled(clock, bucket, whole, settings);
    ShadowStores store = filled.open(whole);
    capture(store, 1);
    capture(store, 2);
    for (int number = 1; number <= 2; number++) { // two rounds of collection
      store.expiry().expire(List.of(new PointId(StoreFixture.SITE, number)));
      capture(store, number + 2);
      clock.advance(GRACE.plusMinutes(1));
      store.expiry().collect(GRACE);
      clock.advance(GRACE.plusMinutes(1));
      store.expiry().collect(GRACE);
    }
    capture(store, 5);
    store.expiry().expire(List.of(new PointId(StoreFixture.SITE, 3)));
    bucket.put("data/a", "object");
    bucket.put("data/b", "another");
    clock.advance(Duration.ofMinutes(1));
    new StoreFixture(store).capture(GoldenStoresMaker.request(PrefixFixture.PLACE));
    new JournalFixture(store).sevenTransactions(clock, Trees.random(5, 9_000));
    marks(store);
    records(whole, settings, clock, encrypted);
    clock.advance(GRACE);
    return filled;
  }

  private void capture(ShadowStores store, int number) throws IOException {
    Path source = directory.resolve("source");
    Trees.write(source.resolve("file"), Trees.random(number, 30_000));
    Trees.write(source.resolve("dir/" + number), Trees.random(10 + number, 3_000));
    new StoreFixture(store).capture(source);
  }

  private static void marks(ShadowStores store) {
    PointId point = new PointId(StoreFixture.SITE, 4);
    store.marks().hold(point, "audit");
    store.marks().tag(point, "release");
    store.marks().tag(GoldenStore.point(1), "release");
  }

  private static void records(
      InMemoryObjectStore whole, StoreSettings settings, TickingClock clock, boolean encrypted) {
    StoreParts parts = RootsTest.parts(whole, settings);
    for (long number = 4; number <= 5; number++) {
      PointId point = new PointId(StoreFixture.SITE, number);
      parts
          .records()
          .create(new ObjectName("store/accepted/site/" + point.paddedSequence()), point);
    }
    parts.graces().note(GRACE.multipliedBy(2), clock.instant());
    if (encrypted) {
      StoreKeys keys = new StoreKeys(whole);
      keys.add(FIRST, SECOND);
      String name =
          whole.names().stream()
              .map(ObjectName::value)
              .filter(one -> one.startsWith("store/keys/") && one.endsWith(SECOND.fingerprint()))
              .findFirst()
              .orElseThrow();
      new Records(whole, () -> StoreForm.FORMAT_1)
          .create(
              new ObjectName(
                  name.substring(0, name.lastIndexOf('/')) + "/removing/" + SECOND.fingerprint()),
              SECOND.fingerprint());
    }
  }

  private static byte[] bytes(InMemoryObjectStore store, ObjectName name) {
    try (InputStream in = store.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static MasterKey key(String digit) {
    return new MasterKeys(Map.of("KEY", digit.repeat(64))::get).open("env:KEY");
  }
}
