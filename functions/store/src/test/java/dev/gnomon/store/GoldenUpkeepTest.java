package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.Expiry.CollectReport;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What was said of points, and what collections left, by the program of their time goes on to
/// count.
class GoldenUpkeepTest {
  private static final Duration GRACE = Duration.ofDays(1);

  @TempDir Path temp;
  private final TickingClock clock = new TickingClock();

  private InMemoryObjectStore objects(String version) throws Exception {
    clock.advance(Duration.ofDays(3)); // behind all that is said in it
    InMemoryObjectStore objects = new GoldenStore(version).objects(clock);
    for (String below : List.of("marks", "accepted", "expired", "gc")) {
      assertThat(objects.names()).anyMatch(name -> name.value().startsWith("store/" + below + "/"));
    }
    return objects;
  }

  /// A tree with content that only the second point had.
  private Path source() throws IOException {
    Path source = Files.createDirectories(temp.resolve("source"));
    String lines =
        IntStream.rangeClosed(1, 70_000)
            .mapToObj(number -> number + "\n")
            .collect(Collectors.joining());
    Files.writeString(source.resolve("goes-later"), lines, UTF_8);
    return source;
  }

  private static StoreFixture on(String version, InMemoryObjectStore objects) throws Exception {
    return StoreFixture.on(objects, new GoldenStore(version).settings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-upkeep", "v2-upkeep-encrypted"})
  void tagsAndHoldsStand(String version) throws Exception {
    StoreFixture store = on(version, objects(version));

    Marks marks = store.store().marks().of(GoldenStore.point(3));

    assertThat(marks.tags()).containsExactly("release");
    assertThat(marks.holds()).extracting(Marks.Hold::reason).containsExactly("audit of 2026");
    assertThat(store.store().marks().of(GoldenStore.point(5)).tags()).isEmpty();
    store.capture(GoldenStoresMaker.request(Place.of(source())));
    store.store().expiry().expire(List.of(GoldenStore.point(3), GoldenStore.point(5)));
    assertThat(store.store().shadows().points(GoldenStore.GOLDEN))
        .extracting(Point::id)
        .contains(GoldenStore.point(3))
        .doesNotContain(GoldenStore.point(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-upkeep", "v2-upkeep-encrypted"})
  void whatAPersonAcceptedIsNotHeld(String version) throws Exception {
    InMemoryObjectStore objects = objects(version);
    assertThat(on(version, objects).store().shadows().point(GoldenStore.point(3)))
        .hasValueSatisfying(point -> assertThat(point.held()).isFalse());

    objects.delete(List.of(new ObjectName("store/accepted/golden/00000000000000000003")));

    assertThat(on(version, objects).store().shadows().point(GoldenStore.point(3)))
        .hasValueSatisfying(point -> assertThat(point.held()).isTrue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-upkeep", "v2-upkeep-encrypted"})
  void theNumberOfAnExpiredPointIsNotGivenAgain(String version) throws Exception {
    StoreFixture store = on(version, objects(version));

    CaptureOutcome outcome = store.outcome(GoldenStoresMaker.request(Place.of(source()), "job-4"));

    assertThat(outcome)
        .isEqualTo(
            new CaptureOutcome.Refused("job 'job-4' took golden@4, which has expired since"));
    assertThat(store.capture(GoldenStoresMaker.request(Place.of(source()))).id())
        .isEqualTo(GoldenStore.point(6));
  }

  /// A capture of what is condemned stores it anew; the collection goes on, and nothing that a
  /// point needs goes with it.
  @ParameterizedTest
  @ValueSource(strings = {"v2-upkeep", "v2-upkeep-encrypted"})
  void whatIsCondemnedIsNotReliedOnAndGoes(String version) throws Exception {
    InMemoryObjectStore objects = objects(version);
    StoreParts parts = RootsTest.parts(objects, new GoldenStore(version).settings());
    assertThat(parts.condemned().packs()).isNotEmpty();
    Point again = on(version, objects).capture(GoldenStoresMaker.request(Place.of(source())));
    clock.advance(GRACE.plusMinutes(1));

    CollectReport report = on(version, objects).store().expiry().collect(GRACE);

    assertThat(report.deleted()).isPositive();
    StoreFixture after = on(version, objects);
    after.store().restorer().verify(again.id(), Progress.NONE);
    for (int number : new int[] {3, 5}) {
      Path target = temp.resolve("back" + number);
      try {
        after.restore(GoldenStore.point(number), target);
      } catch (IncompleteRestoreException e) {
        // Not run as root: owners can't be set, everything else is there.
      }
      assertThat(GoldenStore.sums(target)).isEqualTo(new GoldenStore(version).expected(number));
    }
    CheckReport check = after.store().upkeep().check(new ReadSample(100, 0), looked -> {});
    assertThat(check.findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-upkeep", "v2-upkeep-encrypted"})
  void nothingIsDamaged(String version) throws Exception {
    CheckReport report =
        on(version, objects(version)).store().upkeep().check(new ReadSample(100, 0), looked -> {});

    assertThat(report.findings()).isEmpty();
    assertThat(report.clean()).isTrue();
  }
}
