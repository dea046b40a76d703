package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.PrefixJournal;
import dev.gnomon.core.journal.PrefixJournal.Reconciled;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The journal of a prefix: brought up to the versions of its bucket, and back.
class PrefixJournalTest {
  private static final S3Prefix ELSEWHERE = S3Prefix.of("s3+http://host:9000/bucket/elsewhere");
  private static final Duration SETTLE = Duration.ofSeconds(10);

  private final PrefixFixture world = new PrefixFixture();
  private final VersionModel model = new VersionModel();

  @BeforeEach
  void bucketKeepsVersions() {
    world.bucket.versioning(Versioning.ENABLED);
    world.versions(Versions.USE);
  }

  private PrefixJournal journal() {
    return world.store().store().journals().prefix(StoreFixture.SITE, PrefixFixture.PLACE, SETTLE);
  }

  private Journal log() {
    return world.store().store().journals().of(StoreFixture.SITE);
  }

  private void put(String key, String content) {
    world.bucket.put("data/" + key, content);
    model.made(world.clock.instant(), key, Optional.of(content));
  }

  private void delete(String key) {
    world.bucket.delete("data/" + key);
    model.made(world.clock.instant(), key, Optional.empty());
  }

  private void later(long seconds) {
    world.clock.advance(Duration.ofSeconds(seconds));
  }

  /// Takes the point that a journal begins on.
  private void begin() {
    later(5);
    world.capture();
    later(5);
  }

  private Reconciled settled() {
    world.clock.advance(SETTLE.plusSeconds(1));
    return journal().reconcile();
  }

  /// What is current, by key.
  private SortedMap<String, String> current(String prefix) {
    TreeMap<String, String> found = new TreeMap<>();
    world
        .bucket
        .contents()
        .forEach((key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value.split(" Attributes", 2)[0]);
          }
        });
    return found;
  }

  private SortedMap<String, String> restored(Moment moment) {
    journal().restore(log().position(moment), ELSEWHERE);
    return current("elsewhere/");
  }

  private List<JournalEntry> entries() {
    return log().entries(0, 100_000);
  }

  @Test
  void everyMomentComesBack() {
    put("a", "1");
    put("b", "1");
    begin();
    put("a", "2");
    later(3);
    delete("b");
    put("c", "1");
    later(3);
    put("b", "2");

    assertThat(settled().appended()).isEqualTo(4);
    assertThat(journal().reconcile().appended()).isZero();

    assertThat(restored(new Moment.Position(0))).isEqualTo(Map.of("a", "1", "b", "1"));
    for (Instant time : model.times().tailSet(entries().getFirst().transaction().time())) {
      assertThat(restored(new Moment.Time(time))).isEqualTo(model.at(time));
    }
    assertThat(log().status().bases())
        .singleElement()
        .satisfies(base -> assertThat(base.from()).map(Object::toString).contains("site@1"));
  }

  @Test
  void storeThatLiesBelowTheTargetIsNotDeleted() throws IOException {
    put("a", "1");
    begin();
    settled();
    byte[] format;
    try (InputStream in =
        world.objects.read(new ObjectName("store/format"), ByteRange.ALL).orElseThrow()) {
      format = in.readAllBytes();
    }
    world.bucket.put("elsewhere/x/store/condemned", "1");
    world.bucket.put("elsewhere/x/store/format", new String(format, StandardCharsets.UTF_8));
    SortedMap<String, String> before = current("elsewhere/");

    assertThatThrownBy(() -> restored(new Moment.Newest()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("holds a shadow store ('x/store/format')");

    assertThat(current("elsewhere/")).isEqualTo(before);
  }

  @Test
  void journalWaitsForAPointToBeginOn() {
    put("a", "1");

    assertThat(settled()).isEqualTo(Reconciled.NOT_BEGUN);
    assertThat(log().hasBegun()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Versioning.class,
      names = {"SUSPENDED", "NONE"})
  void bucketWithoutVersionsIsRefused(Versioning versioning) {
    world.bucket.versioning(versioning);

    assertThatThrownBy(() -> journal().requireVersions())
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the bucket keeps none")
        .hasMessageContaining("enable versioning");
    assertThatThrownBy(() -> journal().reconcile()).isInstanceOf(Refusal.class);
  }

  /// Versions lag behind in the list by less than the settle time.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyTimesOfLookingGiveTheSameJournal(long seed) {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    world.bucket.lag(Duration.ofSeconds(8)).page(7);
    world.versions(random.nextBoolean() ? Versions.USE : Versions.COPY);
    put("base", "0");
    begin();
    Instant began = world.clock.instant();
    InMemoryObjectStore often = world.objects.copy();
    InMemoryObjectStore seldom = world.objects.copy();
    for (int i = 0; i < 150; i++) {
      String key = "k" + random.nextInt(12) + (random.nextInt(4) == 0 ? " ä/+" : "");
      if (random.nextInt(4) == 0) {
        delete(key);
      } else {
        put(key, "of " + i);
      }
      if (random.nextInt(3) > 0) {
        world.clock.advance(Duration.ofMillis(random.nextInt(3000)));
      }
      // As notifications come: repeated, late, or not at all.
      for (int looks = random.nextInt(3); looks > 0; looks--) {
        reconcile(often);
        upkeep(often, random);
      }
      if (random.nextInt(50) == 0) {
        reconcile(seldom);
      }
    }
    world.clock.advance(SETTLE.plusSeconds(1));
    reconcile(often);
    upkeep(often, random);
    reconcile(seldom);

    assertThat(written(often)).isEqualTo(written(seldom)).hasSize(model.size() - 1);
    world.bucket.lag(Duration.ZERO);
    for (InMemoryObjectStore objects : List.of(often, seldom)) {
      PrefixFixture other = world.with(objects);
      for (Instant time : model.times().tailSet(began)) {
        var journals = other.store().store().journals();
        long position = journals.of(StoreFixture.SITE).position(new Moment.Time(time));
        journals
            .prefix(StoreFixture.SITE, PrefixFixture.PLACE, SETTLE)
            .restore(position, ELSEWHERE);
        assertThat(current("elsewhere/")).as("at %s", time).isEqualTo(model.at(time));
      }
    }
  }

  private void reconcile(InMemoryObjectStore objects) {
    world
        .with(objects)
        .store()
        .store()
        .journals()
        .prefix(StoreFixture.SITE, PrefixFixture.PLACE, SETTLE)
        .reconcile();
  }

  private void upkeep(InMemoryObjectStore objects, Random random) {
    world
        .with(objects)
        .store()
        .store()
        .journals()
        .upkeep(StoreFixture.SITE)
        .run(
            new JournalUpkeep.Rules(1, Duration.ZERO, 1 + random.nextInt(100), Duration.ofDays(7)));
  }

  private List<String> written(InMemoryObjectStore objects) {
    return world
        .with(objects)
        .store()
        .store()
        .journals()
        .of(StoreFixture.SITE)
        .entries(0, 100_000)
        .stream()
        .map(entry -> entry.position() + " " + entry.transaction())
        .toList();
  }

  @Test
  void whatIsTooYoungWaits() {
    put("a", "1");
    begin();
    put("a", "2");
    later(6);
    put("b", "1");
    later(5);

    Reconciled first = journal().reconcile();
    assertThat(first.appended()).isEqualTo(1);
    assertThat(first.waiting()).isEqualTo(1);
    assertThat(first.upTo()).contains(world.clock.instant().minus(SETTLE));
    assertThatThrownBy(() -> journal().undo(0)).isInstanceOf(Busy.class);

    assertThat(settled().appended()).isEqualTo(1);
    assertThat(journal().reconcile().waiting()).isZero();
  }

  @Test
  void uploadInPartsThatEndsLateStandsWhereItShowed() {
    put("a", "1");
    begin();
    Instant uploadBegan = world.clock.instant();
    later(60);
    put("a", "2");
    settled();
    world.bucket.putSince("data/a", "in parts", uploadBegan);
    world.bucket.putSince("data/new", "in parts", uploadBegan);
    delete("gone");

    assertThat(settled().appended()).isEqualTo(3);

    assertThat(entries()).extracting(JournalEntry::late).containsExactly(false, true, true, false);
    assertThat(restored(new Moment.Newest())).isEqualTo(Map.of("a", "in parts", "new", "in parts"));
    assertThat(journal().reconcile().appended()).isZero();
  }

  @Test
  void whatWasRemovedForGoodIsFollowed() {
    put("a", "1");
    put("b", "1");
    put("c", "1");
    begin();
    String second = world.bucket.put("data/a", "2").version();
    String only = world.bucket.put("data/d", "1").version();
    world.bucket.delete("data/c");
    settled();
    world.bucket.forget("data/a", second); // version 1 shows again
    world.bucket.forget("data/d", only); // nothing is left
    world.bucket.forget("data/c", "v6"); // the marker: the object shows again

    settled();

    assertThat(restored(new Moment.Newest())).isEqualTo(Map.of("a", "1", "b", "1", "c", "1"));
    assertThat(journal().reconcile().appended()).isZero();
  }

  @Test
  void emptyListIsNotBelieved() {
    String only = world.bucket.put("data/a", "1").version();
    begin();
    settled();
    world.bucket.forget("data/a", only);

    assertThatThrownBy(() -> journal().reconcile())
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is it the right bucket");
  }

  @Test
  void undoTouchesOnlyWhatWasTouched() {
    put("a", "1");
    put("b", "1");
    put("c", "1");
    begin();
    put("a", "2");
    later(1);
    put("new", "1");
    delete("b");
    settled();
    world.bucket.calls();

    Replay.UndoPlan plan = journal().planUndo(0, step -> {});
    assertThat(world.bucket.calls()).noneMatch(call -> call.matches("(copy|put|delete) .*"));
    assertThat(plan.puts()).isEqualTo(2);
    assertThat(plan.deletes()).isEqualTo(1);
    journal().undo(0);

    assertThat(world.bucket.calls())
        .filteredOn(call -> call.matches("(copy|put|delete|read) .*"))
        .containsExactlyInAnyOrder("copy a", "copy b", "delete new");
    assertThat(current("data/")).isEqualTo(Map.of("a", "1", "b", "1", "c", "1"));

    // It is in the journal as what anybody writes, so it can be undone.
    assertThat(settled().appended()).isEqualTo(3);
    journal().undo(3);
    assertThat(current("data/")).isEqualTo(Map.of("a", "2", "c", "1", "new", "1"));
  }

  @Test
  void restoreInPlaceWritesOnlyWhatDiffers() {
    put("a", "1");
    put("b", "1");
    begin();
    put("a", "2");
    put("c", "1");
    settled();
    world.bucket.calls();

    Replay.Plan plan = journal().restore(0, PrefixFixture.PLACE);

    assertThat(plan.unchanged()).isEqualTo(1);
    assertThat(world.bucket.calls())
        .filteredOn(call -> call.matches("(copy|put|delete|read) .*"))
        .containsExactlyInAnyOrder("copy a", "delete c");
    assertThat(current("data/")).isEqualTo(Map.of("a", "1", "b", "1"));
  }

  @Test
  void lostVersionIsNamedBeforeAnythingChanges() {
    String first = world.bucket.put("data/a", "1").version();
    put("b", "1");
    begin();
    put("a", "2");
    put("b", "2");
    settled();
    world.bucket.forget("data/a", first);
    world.bucket.calls();

    assertThatThrownBy(() -> journal().undo(0))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("nothing was changed")
        .hasMessageContaining("a (version " + first + ")");
    assertThatThrownBy(() -> journal().restore(0, PrefixFixture.PLACE))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("lifecycle");

    assertThat(world.bucket.calls()).noneMatch(call -> call.matches("(copy|put|delete) .*"));
    assertThat(current("data/")).isEqualTo(Map.of("a", "2", "b", "2"));
  }

  @Test
  void lostVersionComesBackFromTheBytesOfTheBase() {
    world.versions(Versions.COPY);
    Attributes attributes = PrefixFixture.attributes("text/a", Map.of("owner", "web"), Map.of());
    String first = world.bucket.put("data/a", "1", attributes).version();
    begin();
    put("a", "2");
    settled();
    world.bucket.forget("data/a", first);

    journal().undo(0);

    assertThat(current("data/")).isEqualTo(Map.of("a", "1"));
    assertThat(world.bucket.contents().get("data/a")).contains("text/a").contains("web");
  }

  @Test
  void journalThatHoldsBytesOutlivesTheBucket() {
    world.versions(Versions.COPY);
    put("a", "1");
    begin();
    put("a", "2");
    put("large", "x".repeat(2 << 20));
    later(1);
    delete("a");
    settled();
    PrefixFixture lost = world.withNewBucket();

    var journals = lost.store().store().journals();
    journals.prefix(StoreFixture.SITE, PrefixFixture.PLACE, SETTLE).restore(2, ELSEWHERE);

    assertThat(lost.bucket.contents().keySet()).containsExactly("elsewhere/a", "elsewhere/large");
  }

  @Test
  void reconcilersSideBySideAppendOnce() throws Exception {
    put("a", "0");
    begin();
    for (int i = 0; i < 200; i++) {
      put("k" + i % 30, "of " + i);
    }
    world.clock.advance(SETTLE.plusSeconds(1));

    List<Thread> racing = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      racing.add(Thread.ofPlatform().start(() -> journal().reconcile()));
    }
    for (Thread one : racing) {
      one.join();
    }

    assertThat(entries()).hasSize(200);
    assertThat(journal().reconcile().appended()).isZero();
    assertThat(restored(new Moment.Newest())).isEqualTo(model.after(model.size()));
  }
}
