package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes with different grace times on one store.
class GraceTimesTest {
  private static final Duration SHORT = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofHours(24);

  @TempDir Path directory;
  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final AtomicReference<Runnable> onIndex = new AtomicReference<>(() -> {});
  private Path source;

  @BeforeEach
  void fill() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("file"), "content");
  }

  private static ShadowStores store(ObjectStore objects, Duration grace) {
    return ShadowStores.open(objects, StoreSettings.DEFAULT.withGrace(grace));
  }

  /// The command, whose capture takes hours: other things happen while it stores its index object.
  private StoreFixture command() {
    return new StoreFixture(
        store(
            new ForwardingObjectStore(objects) {
              @Override
              public long put(ObjectName name, InputStream content) {
                long bytes = super.put(name, content);
                if (name.value().startsWith("store/index/")) {
                  onIndex.getAndSet(() -> {}).run();
                }
                return bytes;
              }
            },
            LONG));
  }

  /// In one step, so that every pack is the commit's own.
  private Point captured(StoreFixture command) {
    var request = StoreFixture.request(source);
    var shadows = command.store().shadows();
    return StoreFixture.taken(shadows.commit(request, shadows.planCapture(request), Progress.NONE));
  }

  private long graceRecords() {
    return objects.names().stream().filter(GraceTimesTest::isGrace).count();
  }

  private static boolean isGrace(ObjectName name) {
    return name.value().startsWith("store/grace/");
  }

  private void collectForHours() {
    for (int i = 0; i < 3; i++) {
      clock.advance(SHORT.plusMinutes(1));
      store(objects, SHORT).expiry().collect(SHORT);
    }
  }

  @Test
  void aCollectionKeepsToTheLongerGraceTimeOfACaptureUnderWay() {
    onIndex.set(() -> {
      collectForHours();
      assertThat(objects.names()).noneMatch(name -> name.value().endsWith("/condemned"));
    });

    Point point = captured(command());

    store(objects, LONG).restorer().verify(point.id(), Progress.NONE);
  }

  /// As a version did that knew no such records.
  @Test
  void aCaptureWhosePacksWereTakenStartsAgain() {
    onIndex.set(() -> {
      objects.delete(objects.names().stream().filter(GraceTimesTest::isGrace).toList());
      collectForHours();
      assertThat(objects.names()).noneMatch(name -> name.value().startsWith("store/packs/"));
    });

    Point point = captured(command());

    store(objects, LONG).restorer().verify(point.id(), Progress.NONE);
  }

  @Test
  void aCaptureWhosePacksAreCondemnedStartsAgain() {
    onIndex.set(() -> {
      objects.delete(objects.names().stream().filter(GraceTimesTest::isGrace).toList());
      clock.advance(SHORT.plusMinutes(1));
      store(objects, SHORT).expiry().collect(SHORT);
      assertThat(objects.names()).anyMatch(name -> name.value().endsWith("/condemned"));
    });

    Point point = captured(command());
    collectForHours();

    store(objects, LONG).restorer().verify(point.id(), Progress.NONE);
  }

  @Test
  void aPackThatIsDeletedBetweenTheTwoLooksOfAWriterIsMissed() {
    StoreParts parts = RootsTest.parts(objects, StoreSettings.DEFAULT);
    parts.format().ensureWritable();
    String pack = stored(parts).ownPacks().iterator().next();
    AtomicReference<Runnable> afterPacks = new AtomicReference<>(() -> {});
    var hooked =
        new ForwardingObjectStore(objects) {
          @Override
          public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
            ObjectPage page = super.list(prefix, after, limit);
            if (prefix.equals(Names.PACKS)) {
              afterPacks.getAndSet(() -> {}).run();
            }
            return page;
          }
        };
    StoreParts writer = RootsTest.parts(hooked, StoreSettings.DEFAULT);
    BlobSession session = stored(writer);
    assertThat(session.reusedPacks()).containsExactly(pack);
    assertThat(writer.holds(session)).isTrue();
    parts.condemned().publish(clock.instant(), List.of(pack));
    ObjectName list =
        objects.names().stream().filter(n -> n.value().endsWith("/condemned")).findFirst().get();
    afterPacks.set(() -> {
      objects.delete(List.of(Names.pack(pack)));
      objects.create(new ObjectName(list.value().replace("/condemned", "/done")), new byte[0]);
    });

    assertThat(writer.holds(session)).isFalse();
  }

  private static BlobSession stored(StoreParts parts) {
    BlobSession session = parts.session(Compression.NONE);
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    BlobSession.join(session.store(content, content.length, BlobSession.Kind.DATA));
    session.publish();
    return session;
  }

  @Test
  void everyWriterSaysItsGraceTimeBeforeItLooksAtTheCondemnedLists() {
    List<String> calls = new ArrayList<>();
    var watched =
        new ForwardingObjectStore(objects) {
          @Override
          protected void calls(String call, Object on) {
            calls.add(call + " " + on);
          }
        };
    StoreFixture writer = new StoreFixture(store(watched, LONG));
    var request = StoreFixture.request(source);
    for (Runnable step :
        List.<Runnable>of(
            () -> writer.store().shadows().capturePart(request, Part.WHOLE, Progress.NONE),
            () -> writer.store().shadows().commit(request, List.of(Part.WHOLE), Progress.NONE))) {
      calls.clear();
      clock.advance(LONG.multipliedBy(2)); // an earlier word counts no more
      step.run();
      assertThat(calls).anyMatch(call -> call.contains("store/gc/"));
      assertThat(calls.stream().takeWhile(call -> !call.contains("store/gc/")))
          .anyMatch(call -> call.startsWith("create") && call.contains("store/grace/"));
    }
  }

  @Test
  void aGraceTimeThatNobodyUsesAnyMoreIsForgotten() {
    StoreFixture command = command();
    Point first = command.capture(source);
    assertThat(graceRecords()).isEqualTo(1);
    clock.advance(LONG.multipliedBy(3));

    store(objects, SHORT).expiry().collect(SHORT);

    assertThat(graceRecords()).isZero();
    store(objects, LONG).restorer().verify(first.id(), Progress.NONE);
  }

  @Test
  void aStoreWithoutRecordsIsCollectedByTheOwnGraceTime() {
    StoreFixture command = command();
    command.capture(source);
    objects.delete(objects.names().stream().filter(GraceTimesTest::isGrace).toList());
    Point kept = command.capture(source);
    store(objects, LONG)
        .expiry()
        .expire(List.of(command.store().shadows().points(StoreFixture.SITE).getLast().id()));

    assertThat(store(objects, SHORT).expiry().collect(SHORT)).isNotNull();
    assertThat(command.store().shadows().point(kept.id())).isNotEqualTo(Optional.empty());
  }
}
