package dev.gnomon.verification.cells;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.cells.CellPlace;
import dev.gnomon.core.cells.Finding;
import dev.gnomon.core.cells.Finding.State;
import dev.gnomon.core.cells.InitCell;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What becomes of places of every kind when they are made cells.
class InitCellTest {
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final Place place = new Place();

  /// A server that offers everything, unless a test says otherwise.
  private static final class Place implements CellPlace {
    boolean there;
    boolean foreign;
    boolean whole;
    int lostRules;
    boolean keepsAbandonedRule = true;
    boolean takesRules = true;
    Optional<Versions> versions = Optional.of(Versions.OFF);
    Optional<Lifecycle> rules = Optional.of(new Lifecycle(Optional.empty(), 0, true, false));
    final List<String> changes = new ArrayList<>();

    @Override
    public boolean isThere() {
      if (foreign) {
        throw new Refusal("bucket b is somebody else's");
      }
      return there;
    }

    @Override
    public boolean make() {
      changes.add("make");
      there = true;
      return true;
    }

    @Override
    public boolean isWhole() {
      return whole;
    }

    @Override
    public Optional<Versions> versions() {
      return versions;
    }

    @Override
    public void keepVersions() {
      changes.add("versions");
      versions = Optional.of(Versions.ON);
    }

    @Override
    public Optional<Lifecycle> lifecycle() {
      return rules;
    }

    @Override
    public void setLifecycle(LifecycleRule rule) {
      if (!takesRules) {
        throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "400 MalformedXML");
      }
      changes.add("lifecycle");
      if (lostRules > 0) { // Another cell's came a moment later.
        lostRules--;
        return;
      }
      LifecycleRule kept =
          new LifecycleRule(
              keepsAbandonedRule ? rule.abandonedDays() : Optional.empty(), rule.oldVersionDays());
      rules =
          Optional.of(new Lifecycle(Optional.of(kept), 0, true, kept.oldVersionDays().isPresent()));
    }

    @Override
    public void close() {}
  }

  private List<Finding> init(ObjectStore in, boolean adopt, boolean dry) {
    return new InitCell(
            place,
            () -> in,
            Clock.systemUTC(),
            () -> UUID.randomUUID().toString(),
            adopt,
            dry,
            duration -> {})
        .run();
  }

  private List<Finding> init() {
    return init(store, false, false);
  }

  private static Finding of(List<Finding> findings, String what) {
    return findings.stream().filter(one -> one.what().equals(what)).findFirst().orElseThrow();
  }

  private List<String> names() {
    return store.list("", Optional.empty(), 1000).objects().stream()
        .map(object -> object.name().value())
        .toList();
  }

  @Test
  void aPlaceThatIsNotThereIsMadeTriedAndSetUp() {
    List<Finding> findings = init();

    assertThat(findings)
        .extracting(Finding::what)
        .containsExactly(
            "place",
            "atomic create",
            "ranged reads",
            "lists",
            "large objects",
            "deletes",
            "clock",
            "lifecycle",
            "versions");
    assertThat(findings).allMatch(Finding::changed);
    assertThat(place.changes).containsExactly("make", "lifecycle", "versions");
    assertThat(names()).containsExactly("cell/capabilities", "cell/place", "cell/probe");
  }

  @Test
  void aSecondRunChangesNothing() {
    init();
    place.changes.clear();

    List<Finding> again = init();

    assertThat(again).hasSize(9).allMatch(one -> one.state() == State.SAME);
    assertThat(place.changes).isEmpty();
  }

  @Test
  void aDryRunChangesNothing() {
    assertThat(init(store, false, true)).extracting(Finding::state).containsExactly(State.WOULD);
    place.there = true;

    List<Finding> findings = init(store, false, true);

    assertThat(findings)
        .extracting(Finding::state)
        .contains(State.WOULD)
        .doesNotContain(State.DONE);
    assertThat(place.changes).isEmpty();
    assertThat(names()).isEmpty();
  }

  @Test
  void somebodyElsesPlaceIsRefusedWithASentence() {
    place.foreign = true;

    assertThat(init())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.state()).isEqualTo(State.FAILED);
          assertThat(one.said()).contains("somebody else's");
        });
  }

  @Test
  void aPlaceWithObjectsOfOthersIsLeftAloneUnlessItIsMeant() {
    place.there = true;
    store.create(new ObjectName("photos/1.jpg"), new byte[1]);

    List<Finding> findings = init();

    assertThat(of(findings, "content").state()).isEqualTo(State.FAILED);
    assertThat(of(findings, "content").said()).contains("photos/1.jpg", "--adopt");
    assertThat(place.changes).isEmpty();
    assertThat(init(store, true, false)).noneMatch(one -> one.state() == State.FAILED);
  }

  @Test
  void rulesOfOthersStayAndOldVersionsAreNotKeptWithoutARuleForThem() {
    place.rules = Optional.of(new CellPlace.Lifecycle(Optional.empty(), 2, false, false));

    List<Finding> findings = init();

    assertThat(of(findings, "lifecycle").state()).isEqualTo(State.LEFT);
    assertThat(of(findings, "versions").state()).isEqualTo(State.LEFT);
    assertThat(place.changes).containsExactly("make");
  }

  @Test
  void oldVersionsThatSomebodyElseKeepsAreNotTakenAway() {
    place.there = true;
    place.whole = true;
    place.versions = Optional.of(CellPlace.Versions.ON);

    List<Finding> findings = init();

    assertThat(of(findings, "lifecycle").said()).contains("7 days", "none for old versions");
    assertThat(of(findings, "versions").state()).isEqualTo(State.SAME);
  }

  @Test
  void aBucketOfWhichItIsAPartIsNotMadeToKeepVersions() {
    place.there = true;

    List<Finding> findings = init();

    assertThat(of(findings, "versions").state()).isEqualTo(State.LEFT);
    assertThat(of(findings, "lifecycle").said()).contains("none for old versions");
    assertThat(place.changes).containsExactly("lifecycle");
  }

  @Test
  void anEmptyBucketThatIsItsAsAWholeKeepsVersions() {
    place.there = true;
    place.whole = true;

    assertThat(of(init(), "versions").state()).isEqualTo(State.DONE);
  }

  @Test
  void whatWasMadeByARunThatWasKilledIsSetUpByTheNext() {
    place.versions = Optional.empty();
    place.rules = Optional.empty();
    init();
    place.versions = Optional.of(CellPlace.Versions.OFF);
    place.rules = Optional.of(new CellPlace.Lifecycle(Optional.empty(), 0, true, false));

    assertThat(of(init(), "versions").state()).isEqualTo(State.DONE);
  }

  @Test
  void noRuleIsSetWhereObjectsOfOthersLie() {
    place.there = true;
    place.whole = true;
    store.create(new ObjectName("photos/1.jpg"), new byte[1]);

    init(store, true, false);
    List<Finding> again = init();

    assertThat(of(again, "lifecycle").state()).isEqualTo(State.LEFT);
    assertThat(of(again, "versions").state()).isEqualTo(State.LEFT);
    assertThat(place.changes).isEmpty();
  }

  @Test
  void objectsOfOthersAreFoundBehindTheCellsOwnNames() {
    place.there = true;
    for (int i = 0; i < 150; i++) {
      store.create(new ObjectName("cell/probing/%03d".formatted(i)), new byte[1]);
    }
    store.create(new ObjectName("photos/1.jpg"), new byte[1]);

    assertThat(of(init(), "content").said()).contains("photos/1.jpg");
  }

  @Test
  void aFolderOfSomebodyElseWithTheCellsNameIsNotLookedThrough() {
    place.there = true;
    for (int i = 0; i <= 25_000; i++) {
      store.create(new ObjectName("cell/phones/%05d".formatted(i)), new byte[1]);
    }
    AtomicInteger lists = new AtomicInteger();
    ObjectStore counted =
        new ForwardingObjectStore(store) {
          @Override
          public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
            lists.incrementAndGet();
            return super.list(prefix, after, limit);
          }
        };

    List<Finding> findings = init(counted, false, false);

    assertThat(of(findings, "content").state()).isEqualTo(State.FAILED);
    assertThat(of(findings, "content").said())
        .contains("more than 10000 objects below 'cell/'", "cell/phones/10000", "--adopt");
    assertThat(lists).hasValueLessThanOrEqualTo(11);
    assertThat(place.changes).isEmpty();
  }

  @Test
  void aRuleThatAnotherCellHasWrittenOverIsWrittenAgain() {
    place.lostRules = 2;

    assertThat(of(init(), "lifecycle").state()).isEqualTo(State.DONE);
    assertThat(place.changes).containsSequence("lifecycle", "lifecycle", "lifecycle");
  }

  @Test
  void whatAServerDoesNotOfferIsSaidAndDoneWithout() {
    place.rules = Optional.empty();
    place.versions = Optional.empty();

    List<Finding> findings = init();

    assertThat(of(findings, "lifecycle").state()).isEqualTo(State.NOT_OFFERED);
    assertThat(of(findings, "versions").state()).isEqualTo(State.NOT_OFFERED);
    assertThat(findings).noneMatch(one -> one.state() == State.FAILED);
  }

  @Test
  void aServerThatRefusesOrForgetsARuleIsNotBelieved() {
    place.takesRules = false;
    assertThat(of(init(), "lifecycle").state()).isEqualTo(State.NOT_OFFERED);
    place.takesRules = true;
    place.keepsAbandonedRule = false;

    List<Finding> findings = init();

    assertThat(of(findings, "lifecycle").said()).contains("no rule for unfinished uploads");
  }

  @Test
  void suspendedVersionsStaySuspended() {
    place.versions = Optional.of(CellPlace.Versions.SUSPENDED);

    assertThat(of(init(), "versions").state()).isEqualTo(State.LEFT);
    assertThat(place.changes).doesNotContain("versions");
  }

  @Test
  void aServerThatGivesANameTwiceCantBeACell() {
    ObjectStore lying =
        new ForwardingObjectStore(store) {
          @Override
          public Creation create(ObjectName name, byte[] content) {
            super.create(name, content);
            return new Creation.Created();
          }
        };

    List<Finding> findings = init(lying, false, false);

    assertThat(findings.getLast().state()).isEqualTo(State.FAILED);
    assertThat(findings.getLast().said()).contains("If-None-Match");
    assertThat(place.changes).containsExactly("make");
  }

  @Test
  void aServerThatIgnoresRangesCantBeACellAndIsTriedAgain() {
    ObjectStore lying =
        new ForwardingObjectStore(store) {
          @Override
          public Optional<InputStream> read(ObjectName name, ByteRange range) {
            return name.value().endsWith("ranges")
                ? Optional.of(
                    new ByteArrayInputStream(
                        "abcdefghijklmnopqrstuvwxyz"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                : super.read(name, range);
          }
        };

    List<Finding> findings = init(lying, false, false);

    assertThat(of(findings, "ranged reads").state()).isEqualTo(State.FAILED);
    assertThat(of(init(), "ranged reads").state()).isEqualTo(State.DONE);
  }
}
