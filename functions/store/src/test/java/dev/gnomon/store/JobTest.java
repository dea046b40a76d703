package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobTest {
  private static final int RACERS = 8;
  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private Path source;

  @BeforeEach
  void fill() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    Trees.shell(source, "mkdir a; echo one > a/one; echo two > two");
  }

  @Test
  void capturesOfOneResourceAtOnceGetNumbersOfTheirOwn() throws Exception {
    List<Point> points = race(racer -> StoreFixture.request(source, "job-" + racer));
    assertThat(points)
        .extracting(point -> point.id().sequence())
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, RACERS).boxed().toList());
    assertThat(points).extracting(Point::content).containsOnly(points.getFirst().content());
  }

  @Test
  void runsOfOneJobAtOnceGetOnePoint() throws Exception {
    List<Point> points = race(racer -> StoreFixture.request(source, "the-job"));
    assertThat(points).containsOnly(points.getFirst());
    assertThat(StoreFixture.on(objects).store().shadows().points(StoreFixture.SITE)).hasSize(1);
  }

  @Test
  void aJobTakesPointsOfOneResourceOnly() {
    StoreFixture store = StoreFixture.on(objects);
    store.capture(StoreFixture.request(source, "job"));
    CaptureRequest other =
        new CaptureRequest(
            "job",
            new ResourceName("other"),
            source,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            1);
    assertThatThrownBy(() -> store.outcome(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("job 'job' took a point of resource site");
  }

  /// Two records of a store without encryption that were exchanged.
  @Test
  void whatAnotherJobChoseIsNotTaken() {
    StoreFixture store = StoreFixture.on(objects);
    store.capture(StoreFixture.request(source, "one"));
    store.capture(StoreFixture.request(source, "two"));
    ObjectName one = new ObjectName("store/jobs/one/chosen/0000000001");
    ObjectName two = new ObjectName("store/jobs/two/chosen/0000000001");
    InMemoryObjectStore before = objects.copy();
    objects.damage(one, bytes -> read(before, two));

    assertThatThrownBy(() -> StoreFixture.on(objects).outcome(StoreFixture.request(source, "one")))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("'" + one + "' holds what job 'two' chose");
    assertThat(store.store().shadows().points(StoreFixture.SITE)).hasSize(2);
  }

  /// A record of a store without encryption that somebody changed, with a hash that fits.
  @Test
  void aChoiceOfAnotherResourceThatNoPointBearsOutIsDamage() {
    StoreFixture store = StoreFixture.on(objects);
    store.capture(StoreFixture.request(source, "job"));
    ObjectName chosen = new ObjectName("store/jobs/job/chosen/0000000001");
    objects.damage(
        chosen,
        record -> {
          String body = new String(RecordFuzzTest.body(record), UTF_8);
          assertThat(body).contains("\"site@1\"");
          return RecordFuzzTest.record(body.replace("\"site@1\"", "\"other@1\"").getBytes(UTF_8));
        });

    assertThatThrownBy(() -> StoreFixture.on(objects).outcome(StoreFixture.request(source, "job")))
        .isInstanceOf(BlobFault.class)
        .hasMessage(
            "object '%s' holds a choice of resource other; job 'job' is to take a point of site"
                .formatted(chosen));
    assertThat(objects.names()).noneMatch(name -> name.value().startsWith("store/points/other"));
  }

  private static byte[] read(InMemoryObjectStore store, ObjectName name) {
    try (InputStream in = store.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aJobWhosePointExpiredDoesNotBringItBack() {
    StoreFixture store = StoreFixture.on(objects);
    Point point = store.capture(StoreFixture.request(source, "job"));
    store.capture(source);
    store.store().expiry().expire(List.of(point.id()));
    CaptureOutcome outcome = store.outcome(StoreFixture.request(source, "job"));
    assertThat(outcome)
        .isEqualTo(new CaptureOutcome.Refused("job 'job' took site@1, which has expired since"));
    assertThat(store.store().shadows().point(point.id())).isEmpty();
  }

  @Test
  void numbersOfExpiredPointsAreNotGivenAgain() {
    StoreFixture store = StoreFixture.on(objects);
    Point first = store.capture(source);
    Point second = store.capture(source);
    store.store().expiry().expire(List.of(first.id(), second.id())); // the newest stays
    assertThat(store.store().shadows().points(StoreFixture.SITE)).containsExactly(second);
    assertThat(store.capture(source).id().sequence()).isEqualTo(3);
  }

  @Test
  void resultsOfPartsOlderThanHalfTheGraceTimeAreNotUsed() {
    StoreFixture store = StoreFixture.on(objects);
    CaptureRequest request = StoreFixture.request(source);
    store.store().shadows().capturePart(request, Part.WHOLE, Progress.NONE);
    clock.advance(Duration.ofHours(13));
    Point point =
        StoreFixture.taken(
            store.store().shadows().commit(request, List.of(Part.WHOLE), Progress.NONE));
    assertThat(point.started()).isAfterOrEqualTo(clock.instant().minusSeconds(60));
    store.store().restorer().verify(point.id(), Progress.NONE);
  }

  @Test
  void aCaptureHeldUpForHalfTheGraceTimeStartsAgainAndTheOldChoiceIsNeverPlaced() {
    // the first point record that is written arrives late: the writer's machine slept
    boolean[] slept = new boolean[1];
    var sleepy =
        new ForwardingObjectStore(objects) {
          @Override
          public Creation create(ObjectName name, byte[] content) {
            if (name.value().contains("/chosen/") && !slept[0]) {
              slept[0] = true;
              Creation creation = super.create(name, content);
              clock.advance(Duration.ofHours(13));
              return creation;
            }
            return super.create(name, content);
          }
        };
    Point point = StoreFixture.on(sleepy).capture(source);
    assertThat(slept[0]).isTrue();
    assertThat(point.time()).isAfter(clock.instant().minus(Duration.ofHours(1)));
    assertThat(StoreFixture.on(objects).store().shadows().points(StoreFixture.SITE))
        .containsExactly(point);
  }

  private static CaptureRequest ofTheJob(Path source) {
    return StoreFixture.request(source, "the-job");
  }

  /// Writes a point.
  private interface PointWrite {
    Creation create();
  }

  /// A store whose first write of a point is held up for more than half the grace time.
  ///
  /// @param before what happens before it is
  /// @param after what happens when the point is written, which it does by the call
  private ForwardingObjectStore atPointWrite(Runnable before, UnaryOperator<PointWrite> after) {
    boolean[] wrote = new boolean[1];
    return new ForwardingObjectStore(objects) {
      @Override
      public Creation create(ObjectName name, byte[] content) {
        if (!name.value().startsWith("store/points/") || wrote[0]) {
          return super.create(name, content);
        }
        wrote[0] = true;
        before.run();
        clock.advance(Duration.ofHours(13));
        return after.apply(() -> objects.create(name, content)).create();
      }
    };
  }

  /// A run of the job on another store answers, and its point is the only one; so does the run that
  /// was held up.
  private void oneAnswer(ForwardingObjectStore late, List<Point> answered) {
    CaptureOutcome outcome = StoreFixture.on(late).outcome(ofTheJob(source));

    assertThat(StoreFixture.on(objects).store().shadows().points(StoreFixture.SITE))
        .containsExactlyElementsOf(answered);
    assertThat(answered).hasSize(1);
    assertThat(StoreFixture.taken(outcome)).isEqualTo(answered.getFirst());
  }

  /// Its event came twice; the second run is held up where it is about to write the point.
  @Test
  void aRunThatIsLateLeavesThePointThatAnotherRunOfItsJobAnsweredFor() {
    List<Point> answered = new ArrayList<>();

    oneAnswer(
        atPointWrite(
            () -> answered.add(StoreFixture.on(objects).capture(ofTheJob(source))), write -> write),
        answered);
  }

  /// The point of a run that was held up is there for a moment, until that run takes it back.
  @Test
  void aPointThatWasWrittenTooLateIsNotAnsweredForByAnotherRun() {
    List<Point> answered = new ArrayList<>();

    oneAnswer(
        atPointWrite(
            () -> {},
            write ->
                () -> {
                  Creation creation = write.create();
                  answered.add(StoreFixture.on(objects).capture(ofTheJob(source)));
                  return creation;
                }),
        answered);
  }

  /// Two runs chose results of their own; the older one is written too late by its own choice, in
  /// time by that of the other run, which looks at the same number.
  @Test
  void aPointIsJudgedByItsOwnChoiceWhoeverLooksAtIt() {
    List<Point> answered = new ArrayList<>();

    oneAnswer(
        atPointWrite(
            () -> {},
            write ->
                () -> {
                  List<Creation> creation = new ArrayList<>();
                  var other =
                      new ForwardingObjectStore(objects) {
                        @Override
                        public Creation create(ObjectName second, byte[] chosen) {
                          if (second.value().endsWith("/chosen/0000000002")) {
                            creation.add(write.create());
                          }
                          return super.create(second, chosen);
                        }
                      };
                  answered.add(StoreFixture.on(other).capture(ofTheJob(source)));
                  return creation.getFirst();
                }),
        answered);
  }

  private interface Requests {
    CaptureRequest of(int racer);
  }

  private List<Point> race(Requests requests) throws Exception {
    CyclicBarrier start = new CyclicBarrier(RACERS);
    List<Future<Point>> racing = new ArrayList<>();
    List<Point> points = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(RACERS)) {
      for (int i = 0; i < RACERS; i++) {
        CaptureRequest request = requests.of(i);
        StoreFixture store = StoreFixture.on(objects);
        Callable<Point> racer =
            () -> {
              start.await();
              return store.capture(request);
            };
        racing.add(threads.submit(racer));
      }
      for (Future<Point> point : racing) {
        points.add(point.get());
      }
    }
    return points;
  }
}
