package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A capture that dies at any of its writes, and is run again.
class KilledCaptureTest {
  private static final int MAX_WRITES = 50;
  @TempDir Path directory;

  static Stream<Arguments> deaths() {
    return Stream.of(Operation.CREATE, Operation.PUT)
        .flatMap(operation -> Stream.of(false, true).map(after -> Arguments.of(operation, after)));
  }

  @ParameterizedTest(name = "{0}, answer lost: {1}")
  @MethodSource("deaths")
  void aCaptureKilledAtAnyWriteAndRunAgainEndsInOnePoint(Operation operation, boolean after)
      throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Trees.shell(source, "mkdir a; echo one > a/one; echo two > two; ln two three");
    int deaths = 0;
    for (int nth = 1; nth <= MAX_WRITES; nth++) {
      InMemoryObjectStore objects = new InMemoryObjectStore();
      Point before = StoreFixture.on(objects).capture(source);
      Trees.shell(source, "echo " + nth + " > changed-" + operation + after);
      FaultInjectingObjectStore faults = new FaultInjectingObjectStore(objects);
      var request = StoreFixture.request(source, "job-" + nth);
      if (after) {
        faults.failAfter(operation, nth, Kind.PERMANENT);
      } else {
        faults.failBefore(operation, nth, Kind.PERMANENT);
      }
      boolean died = false;
      try {
        StoreFixture.on(faults).outcome(request);
      } catch (ObjectStoreException e) {
        died = true;
        deaths++;
      }
      StoreFixture again = StoreFixture.on(objects);
      Point point = again.capture(request);
      Point third = again.capture(request);

      assertThat(third).isEqualTo(point);
      List<Point> points = again.store().shadows().points(StoreFixture.SITE);
      assertThat(points).extracting(Point::id).containsExactly(point.id(), before.id());
      assertThat(point.id().sequence()).isEqualTo(2);
      again.store().restorer().verify(point.id(), Progress.NONE);
      assertThat(again.store().shadows().compare(point.id(), source, Progress.NONE).equal())
          .isTrue();
      if (!died) {
        assertThat(deaths).as("writes that were killed").isGreaterThanOrEqualTo(2);
        return;
      }
    }
    throw new AssertionError("a capture made more than " + MAX_WRITES + " writes");
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void anOutcomeThatStaysUnknownOnceIsFoundByReading(Operation operation, boolean after)
      throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Trees.shell(source, "echo one > one");
    for (int nth = 1; nth <= 8; nth++) {
      FaultInjectingObjectStore faults = new FaultInjectingObjectStore(new InMemoryObjectStore());
      if (after) {
        faults.failAfter(operation, nth, Kind.OUTCOME_UNKNOWN);
      } else {
        faults.failBefore(operation, nth, Kind.OUTCOME_UNKNOWN);
      }
      StoreFixture store = StoreFixture.on(faults);
      Point point = store.capture(source);
      store.store().restorer().verify(point.id(), Progress.NONE);
      assertThat(store.store().shadows().points(StoreFixture.SITE)).containsExactly(point);
    }
  }
}
