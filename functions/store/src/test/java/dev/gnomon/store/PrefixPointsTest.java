package dev.gnomon.store;

import static dev.gnomon.store.PrefixFixture.attributes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.prefix.Written;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Points of prefixes of buckets: captured, compared, restored.
class PrefixPointsTest {
  private final PrefixFixture world = new PrefixFixture();

  private SortedMap<String, String> fill() {
    world.bucket.put(
        "data/index.html",
        "<h1>good</h1>",
        attributes("text/html", Map.of("owner", "web"), Map.of("stage", "live")));
    world.bucket.put("data/a", "one");
    world.bucket.put("data/a/b", "below what is an object itself");
    world.bucket.put("data/empty", "");
    world.bucket.put("data/", "the prefix itself");
    world.bucket.put("database/x", "somebody else's");
    world.settle();
    return world.bucket.contents();
  }

  private void damage() {
    world.bucket.put("data/index.html", "<h1>hacked</h1>");
    world.bucket.put("data/new", "added");
    world.bucket.put("data/a/new", "added too");
    world.bucket.delete("data/a");
    world.bucket.put("data/empty", "", attributes("text/other", Map.of(), Map.of()));
    world.bucket.put("database/x", "changed by its owner");
    world.settle();
  }

  @ParameterizedTest
  @EnumSource(Versioning.class)
  void contentHeadersMetadataAndTagsComeBackAndWhatWasAddedGoes(Versioning versioning) {
    world.versions(Versions.AUTO).bucket.versioning(versioning);
    SortedMap<String, String> good = fill();
    Point point = world.capture();
    damage();

    RestorePlan plan = world.plan(point.id());
    RestoreReport report = world.restore(point.id());

    good.put("database/x", "changed by its owner " + Attributes.NONE);
    assertThat(world.bucket.contents()).isEqualTo(good);
    assertThat(world.compare(point.id()).equal()).isTrue();
    assertThat(plan.filesToWrite()).isEqualTo(2);
    assertThat(plan.filesToDelete()).isEqualTo(2);
    assertThat(plan.metadataToSet()).isEqualTo(1);
    assertThat(report).isEqualTo(new RestoreReport(2, plan.bytesToWrite(), 2, 1, List.of()));
    assertThat(point.files()).isEqualTo(5);
    assertThat(point.consistent()).isTrue();
  }

  @Test
  void storeThatLiesBelowTheTargetIsNotDeletedAsWhatThePointDoesNotHave() throws IOException {
    for (int i = 0; i < 200; i++) {
      world.bucket.put("data/k" + i, "v" + i);
    }
    world.bucket.put("data/app/store/format", "somebody's file of this name");
    world.settle();
    Point point = world.capture();
    world.bucket.put("data/store/format", "another one that came later");
    world.bucket.put("data/store/x", "came later too");
    world.restore(point.id());
    assertThat(world.bucket.contents()).doesNotContainKey("data/store/format");
    for (ObjectName name : world.objects.names()) {
      try (InputStream in = world.objects.read(name, ByteRange.ALL).orElseThrow()) {
        world.bucket.put(
            "data/backup/" + name, new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
      }
    }
    world.settle();
    SortedMap<String, String> before = world.bucket.contents();

    assertThatThrownBy(() -> world.plan(point.id()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("holds a shadow store ('backup/store/format')");
    assertThatThrownBy(() -> world.restore(point.id())).isInstanceOf(Refusal.class);

    assertThat(world.bucket.contents()).isEqualTo(before);
  }

  @Test
  void comparisonNamesWhatDiffers() {
    fill();
    Point point = world.capture();
    damage();

    Comparison comparison = world.compare(point.id());

    assertThat(comparison.added()).containsExactlyInAnyOrder("a/new", "new");
    assertThat(comparison.removed()).containsExactly("a");
    assertThat(comparison.changed()).containsExactlyInAnyOrder("index.html", "empty");
  }

  @Test
  void onlyNewObjectsAreRead() {
    fill();
    world.capture();
    world.bucket.put("data/new", "fresh");
    world.settle();
    world.bucket.calls();

    Point second = world.capture();

    assertThat(world.bucket.calls())
        .filteredOn(call -> !call.startsWith("list"))
        .containsExactly("read new");
    assertThat(second.files()).isEqualTo(6);
  }

  @Test
  void whatWasWrittenInTheSecondOfTheListIsReadAgain() {
    fill();
    world.bucket.put("data/fresh", "x");
    world.capture();
    world.bucket.put("data/fresh", "x", attributes("text/plain", Map.of(), Map.of()));
    SortedMap<String, String> now = world.bucket.contents();

    Point second = world.capture();
    world.bucket.put("data/fresh", "y");
    world.restore(second.id());

    assertThat(world.bucket.contents()).isEqualTo(now);
  }

  @Test
  void referenceToAVersionHoldsNoBytes() {
    world.versions(Versions.USE).bucket.versioning(Versioning.ENABLED);
    SortedMap<String, String> good = fill();
    world.bucket.calls();

    Point point = world.capture();
    List<String> asked = world.bucket.calls();
    damage();
    world.bucket.calls();
    world.restore(point.id());

    assertThat(asked).noneMatch(call -> call.startsWith("read"));
    assertThat(world.bucket.calls())
        .noneMatch(call -> call.startsWith("read") || call.startsWith("put"))
        .contains("copy index.html", "copy a");
    good.put("database/x", "changed by its owner " + Attributes.NONE);
    assertThat(world.bucket.contents()).isEqualTo(good);
  }

  @ParameterizedTest
  @EnumSource(
      value = Versions.class,
      names = {"USE", "COPY"})
  void whatTheServerRefusesToCopyIsFetched(Versions versions) {
    world.versions(versions).bucket.versioning(Versioning.ENABLED);
    SortedMap<String, String> good = fill();
    Point point = world.capture();
    world.bucket.put("data/index.html", "<h1>hacked</h1>");
    world.bucket.before(call -> {
      if (call.startsWith("copy ")) {
        throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "AccessDenied");
      }
    });

    world.restore(point.id());

    assertThat(world.bucket.contents()).isEqualTo(good);
  }

  @Test
  void whatWasWrittenBeforeVersionsWereKeptIsHeldAsBytes() {
    world.versions(Versions.USE);
    fill();
    world.bucket.versioning(Versioning.ENABLED);
    world.bucket.put("data/new", "has a version");
    world.settle();
    SortedMap<String, String> good = world.bucket.contents();
    world.bucket.calls();

    Point point = world.capture();
    List<String> asked = world.bucket.calls();
    world.capture();
    List<String> again = world.bucket.calls();
    world.bucket.put("data/a", "overwritten");
    world.bucket.put("data/new", "overwritten");
    world.restore(point.id());

    assertThat(asked).contains("read a", "look new").doesNotContain("read new");
    assertThat(again).allMatch(call -> call.startsWith("list"));
    assertThat(world.bucket.contents()).isEqualTo(good);
  }

  @Test
  void bucketWithoutVersionsIsRefusedWherePointsAreToReferToThem() {
    world.versions(Versions.USE).bucket.versioning(Versioning.SUSPENDED);
    fill();

    assertThat(world.outcome(OnChange.RETRY))
        .isInstanceOfSatisfying(
            CaptureOutcome.Refused.class,
            refused -> assertThat(refused.reason()).contains("the bucket keeps none"));
  }

  @Test
  void versionThatIsGoneDamagesThePointByName() {
    world.versions(Versions.USE).bucket.versioning(Versioning.ENABLED);
    fill();
    Written good = world.bucket.put("data/lost", "lost");
    world.settle();
    Point point = world.capture();
    world.bucket.put("data/lost", "other");
    world.bucket.forget("data/lost", good.version());

    assertThatThrownBy(() -> world.verify(point.id()))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("'lost'")
        .hasMessageContaining(good.version());
    assertThatThrownBy(() -> world.restore(point.id()))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("'lost'");
  }

  @Test
  void bytesComeBackWhereTheVersionIsGone() {
    world.versions(Versions.COPY).bucket.versioning(Versioning.ENABLED);
    fill();
    Written good = world.bucket.put("data/lost", "found again");
    world.settle();
    Point point = world.capture();
    SortedMap<String, String> before = world.bucket.contents();
    world.bucket.put("data/lost", "other");
    world.bucket.forget("data/lost", good.version());

    world.verify(point.id());
    world.restore(point.id());

    assertThat(world.bucket.contents()).isEqualTo(before);
  }

  @Test
  void deletedObjectsOfABucketWithVersionsCanBeBroughtBackByTheUndo() {
    world.versions(Versions.USE).bucket.versioning(Versioning.ENABLED);
    fill();
    Point point = world.capture();
    damage();
    SortedMap<String, String> damaged = world.bucket.contents();
    Point undo = world.capture();
    world.restore(point.id());

    world.restore(undo.id());

    assertThat(world.bucket.contents()).isEqualTo(damaged);
  }

  @Test
  void equalContentUnderAnEtagThatIsNoHashOfItIsNotWrittenAgain() {
    world.versions(Versions.USE).bucket.versioning(Versioning.ENABLED);
    fill();
    byte[] parts = "made of parts".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    world.bucket.put("data/parts", parts, "0f343b0931126a20f133d67c2b018a3b-2", Attributes.NONE);
    world.settle();
    Point point = world.capture();
    world.bucket.put("data/parts", "other parts..");
    world.settle();

    world.restore(point.id());

    assertThat(world.compare(point.id()).equal()).isTrue();
    assertThat(world.plan(point.id()).filesToWrite()).isZero();
  }

  @Test
  void equalEtagsAreNotTrustedWhereTheyAreNoHash() {
    fill();
    world.bucket.put("data/weak", new byte[] {1}, "same", Attributes.NONE);
    world.settle();
    Point point = world.capture();
    world.bucket.put("data/weak", new byte[] {2}, "same", Attributes.NONE);
    world.settle();

    assertThat(world.compare(point.id()).changed()).containsExactly("weak");
    assertThat(world.plan(point.id()).filesToWrite()).isEqualTo(1);
  }

  @Test
  void tagsOfObjectsThatWereNotWrittenAreAskedForIfTheResourceWantsIt() {
    world.allTags();
    fill();
    Point point = world.capture();
    SortedMap<String, String> good = world.bucket.contents();
    world.bucket.tag("data/index.html", new TreeMap<>(Map.of("stage", "test")));

    RestoreReport report = world.restore(point.id());
    world.bucket.tag("data/index.html", new TreeMap<>(Map.of("stage", "next")));
    Point second = world.capture();

    assertThat(report.metadataSet()).isEqualTo(1);
    assertThat(second.content()).isNotEqualTo(point.content());
    world.restore(point.id());
    assertThat(world.bucket.contents()).isEqualTo(good);
  }

  @Test
  void writesWhileItIsReadAreInThePoint() {
    fill();
    AtomicInteger writes = new AtomicInteger();
    world.bucket.before(call -> {
      if (call.equals("read index.html") && writes.incrementAndGet() == 1) {
        world.bucket.put("data/a", "changed behind the list");
        world.bucket.put("data/0", "added before the place of the list");
        world.settle();
      }
    });

    Point point = world.capture();
    world.bucket.before(call -> {});

    assertThat(point.consistent()).isTrue();
    assertThat(point.files()).isEqualTo(6);
    assertThat(world.compare(point.id()).equal()).isTrue();
  }

  @Test
  void bucketThatNeverHoldsStillIsRefusedOrFuzzy() {
    fill();
    AtomicInteger writes = new AtomicInteger();
    world.bucket.before(call -> {
      if (call.startsWith("list")) {
        world.bucket.put("data/busy", "write " + writes.incrementAndGet());
      }
    });

    assertThat(world.outcome(OnChange.FAIL)).isInstanceOf(CaptureOutcome.Refused.class);
    assertThat(world.outcome(OnChange.RETRY))
        .isInstanceOfSatisfying(
            CaptureOutcome.Refused.class,
            refused -> assertThat(refused.reason()).contains("never held still in 10 passes"));
    assertThat(world.outcome(OnChange.FUZZY))
        .isInstanceOfSatisfying(
            CaptureOutcome.Taken.class, taken -> assertThat(taken.point().consistent()).isFalse());
  }

  @Test
  void objectThatIsDeletedAndWrittenAgainBetweenTheListsIsNoticedByItsVersion() {
    world.versions(Versions.AUTO).bucket.versioning(Versioning.ENABLED);
    fill();
    AtomicInteger lists = new AtomicInteger();
    world.bucket.before(call -> {
      if (call.startsWith("list") && lists.incrementAndGet() == 4) {
        world.bucket.put("data/blink", "there");
        world.bucket.delete("data/blink");
      }
    });

    assertThat(world.outcome(OnChange.FAIL)).isInstanceOf(CaptureOutcome.Refused.class);
  }

  @Test
  void emptiedBucketIsNotTakenForTheTruth() {
    fill();
    world.capture();
    List.of("index.html", "a", "a/b", "empty", "")
        .forEach(key -> world.bucket.delete("data/" + key));

    assertThat(world.outcome(OnChange.RETRY))
        .isInstanceOfSatisfying(
            CaptureOutcome.Refused.class,
            refused -> assertThat(refused.reason()).contains("the source is empty"));
  }

  @Test
  void oddKeysComeBack() {
    world.bucket.versioning(Versioning.NONE).page(3);
    List<String> keys =
        List.of(
            "/",
            "//",
            "a//b",
            "a/",
            "a",
            "ä/ö\u0001\n",
            "\uD83D\uDE00",
            "\uFFFD",
            "\u007F",
            "x".repeat(1019),
            "with space",
            "pro%cent",
            "back\\slash",
            "..",
            "?&+#");
    keys.forEach(key -> world.bucket.put("data/" + key, "content of " + key));
    world.settle();
    SortedMap<String, String> good = world.bucket.contents();
    Point point = world.capture();
    keys.forEach(key -> world.bucket.delete("data/" + key));
    world.bucket.put("data/\uD83D\uDE00\uD83D\uDE00", "extra");

    world.restore(point.id());

    assertThat(world.bucket.contents()).isEqualTo(good);
    assertThat(point.files()).isEqualTo(keys.size());
  }

  @Test
  void keyThatNobodyCanAskForIsNamedAndLeftAlone() {
    fill();
    world.bucket.put("data/x/../y", "can't be named");
    world.settle();

    Point point = world.capture();
    world.bucket.put("data/z/../y", "neither");
    world.restore(point.id());

    assertThat(point.notKept()).extracting(Point.NotKept::path).containsExactly("x/../y");
    assertThat(world.bucket.contents()).containsKeys("data/x/../y", "data/z/../y");
  }

  @Test
  void partsMakeOnePointAndComeBackInParts() {
    for (int i = 0; i < 500; i++) {
      world.bucket.put("data/%03d".formatted(i), "content " + i);
    }
    world.settle();
    SortedMap<String, String> good = world.bucket.contents();
    world.bucket.page(7);
    StoreFixture store = world.store();
    CaptureRequest request =
        PrefixFixture.request("parted", PointKind.COMMAND, OnChange.RETRY, 1000);
    List<Part> parts = store.store().shadows().planCapture(request);

    Point point = store.capture(request);
    world.bucket.calls();
    for (int i = 0; i < 500; i += 3) {
      world.bucket.put("data/%03d".formatted(i), "damaged");
      world.bucket.put("data/%03d-added".formatted(i), "damaged");
    }
    RestoreRequest back = new RestoreRequest(point.id(), PrefixFixture.PLACE, 500);
    assertThat(store.store().restorer().plan(back, Progress.NONE).parts().size()).isGreaterThan(2);
    store.restore(back);

    assertThat(parts.size()).isGreaterThan(3);
    assertThat(world.bucket.contents()).isEqualTo(good);
    assertThat(store.outcome(request)).isEqualTo(new CaptureOutcome.Taken(point));
  }

  @Test
  void restoreKilledAtAnyWriteGoesOnWhereItWas() {
    for (int i = 0; i < 40; i++) {
      world.bucket.put("data/%03d".formatted(i), "content " + i);
    }
    world.settle();
    SortedMap<String, String> good = world.bucket.contents();
    Point point = world.capture();
    for (int i = 0; i < 40; i += 2) {
      world.bucket.put("data/%03d".formatted(i), "damaged");
      world.bucket.put("data/%03d-added".formatted(i), "damaged");
    }
    AtomicInteger calls = new AtomicInteger();
    int kills = 0;
    for (int at = 1; ; at += 7) {
      int deadline = at;
      calls.set(0);
      world.bucket.before(call -> {
        if (calls.incrementAndGet() > deadline) {
          throw new IllegalStateException("killed");
        }
      });
      try {
        world.restore(point.id());
        break;
      } catch (IllegalStateException e) {
        kills++;
      }
    }
    world.bucket.before(call -> {});

    assertThat(kills).isGreaterThan(3);
    assertThat(world.bucket.contents()).isEqualTo(good);
  }

  @Test
  void pointComesBackUnderAnotherPrefix() {
    fill();
    Point point = world.capture();
    S3Prefix other = S3Prefix.of("s3+http://host:9000/bucket/copy");

    world.store().restore(new RestoreRequest(point.id(), other, CaptureRequest.DEFAULT_PART_BYTES));

    assertThat(world.bucket.contents().get("copy/index.html"))
        .isEqualTo(world.bucket.contents().get("data/index.html"));
    assertThat(world.store().store().shadows().compare(point.id(), other, Progress.NONE).equal())
        .isTrue();
  }

  @Test
  void equalStatesHaveEqualHashesHoweverTheyCameAbout() {
    world.versions(Versions.COPY).bucket.versioning(Versioning.ENABLED);
    fill();
    Point first = world.capture();
    damage();
    world.capture();
    world.restore(first.id());
    world.settle();

    Point again = world.capture();

    assertThat(again.content()).isEqualTo(first.content());
    assertThat(world.store().store().shadows().diff(first.id(), again.id()).equal()).isTrue();
  }

  @Test
  void encryptedStoreGivesAllBack() {
    world.settings = EncryptedStoreTest.with(EncryptedStoreTest.KEY);
    SortedMap<String, String> good = fill();
    Point point = world.capture();
    world.bucket.delete("data/index.html");
    world.bucket.put("data/a", "damaged");
    world.settle();

    world.verify(point.id());
    world.restore(point.id());

    assertThat(world.bucket.contents()).isEqualTo(good);
    assertThat(world.compare(point.id()).equal()).isTrue();
  }

  @Test
  void diffNamesWhatBecameOfKeys() {
    fill();
    Point first = world.capture();
    damage();
    Point second = world.capture();

    PointDiff diff = world.store().store().shadows().diff(first.id(), second.id());

    assertThat(diff.added()).containsExactly("a/new", "new");
    assertThat(diff.removed()).containsExactly("a");
    assertThat(diff.changed()).containsExactly("empty", "index.html");
    assertThat(diff.stat().added().entries()).isEqualTo(2);
    assertThat(diff.changes())
        .filteredOn(change -> change.path().equals("index.html"))
        .allSatisfy(change -> assertThat(change.after()).isEqualTo("object"));
  }

  @Test
  void collectionSparesWhatPointsOfPrefixesNeed() {
    fill();
    Point first = world.capture();
    damage();
    Point second = world.capture();
    ShadowStores store = world.store().store();
    store.expiry().expire(List.of(first.id()));
    for (int round = 0; round < 3; round++) {
      world.clock.advance(Duration.ofHours(25));
      store.expiry().collect(Duration.ofHours(24));
    }

    world.verify(second.id());
    world.bucket.delete("data/index.html");
    world.restore(second.id());
    assertThat(world.compare(second.id()).equal()).isTrue();
  }

  @Test
  void damagedPackIsNamed() {
    fill();
    Point point = world.capture();
    world.objects.names().stream()
        .filter(name -> name.value().startsWith("store/packs/"))
        .forEach(name -> world.objects.delete(List.of(name)));

    assertThatThrownBy(() -> world.verify(point.id()))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining(point.id().toString());
    assertThatThrownBy(() -> world.plan(point.id())).isInstanceOf(DamagedPointException.class);
  }

  @Test
  void pointOfADirectoryIsNotMixedUpWithAPrefix() {
    fill();
    Point point = world.capture();

    assertThatThrownBy(
            () -> world.store().plan(point.id(), java.nio.file.Path.of("/tmp/somewhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a point of a prefix of a bucket");
  }
}
