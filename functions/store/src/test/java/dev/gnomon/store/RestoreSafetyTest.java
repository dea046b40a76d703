package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.RestoreRequest.Trust;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.points.Records;
import dev.gnomon.store.points.StoreFormat;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Restores that somebody wants to lead out of their target, or that can't be finished.
class RestoreSafetyTest {
  private static final Meta META = new Meta(0644, 0, 0, 1_000_000_000, 0, new TreeMap<>());

  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreFixture store = StoreFixture.on(objects);
  private Path source;
  private Path target;
  private Path outside;

  @BeforeEach
  void fill() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    outside = Files.createDirectory(directory.resolve("outside"));
    target = directory.resolve("target");
    Trees.shell(source, "mkdir -p sub/deep; echo inside > sub/deep/file; echo top > top");
    Trees.shell(outside, "mkdir deep; echo precious > deep/file; echo keep > keep");
  }

  @Test
  void symbolicLinksOutOfTheTargetAreReplacedAndNeverFollowed() throws IOException {
    Point point = store.capture(source);
    String before = Trees.describe(outside);
    Files.createDirectory(target);
    Trees.shell(target, "ln -s ../outside sub; ln -s ../outside/keep top; ln -s ../outside extra");
    store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    assertThat(Trees.describe(outside)).isEqualTo(before);
  }

  @Test
  void partsThatBeginBelowASymbolicLinkDoNotFollowItEither() throws IOException {
    Point point = store.capture(source);
    String before = Trees.describe(outside);
    Files.createDirectory(target);
    Trees.shell(target, "ln -s ../outside sub");
    RestoreRequest request = new RestoreRequest(point.id(), target, 1);
    store
        .store()
        .restorer()
        .restorePart(request, new Part(1, "sub/deep/file", "top", 7), Progress.NONE);
    assertThat(target.resolve("sub/deep/file")).hasContent("inside\n");
    assertThat(Trees.describe(outside)).isEqualTo(before);
  }

  @Test
  void aTargetThatIsASymbolicLinkIsRefused() throws IOException {
    Point point = store.capture(source);
    Files.createSymbolicLink(target, outside);
    RestoreRequest request = new RestoreRequest(point.id(), target, 1);
    assertThatThrownBy(() -> store.plan(point.id(), target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is a symbolic link");
    assertThatThrownBy(
            () -> store.store().restorer().restorePart(request, Part.WHOLE, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.store().restorer().finish(request))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.plan(point.id(), Path.of("/")))
        .hasMessageContaining("'/' can't be the target");
    assertThat(outside.resolve("keep")).hasContent("keep\n");
  }

  @Test
  void filesOutsideThatAreHardLinkedIntoTheTargetStayAsTheyAre() throws IOException {
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(
        target, "ln top ../outside/linked; chmod 600 top; ln -f ../outside/keep sub/deep/file");
    String before = Trees.shell(outside, "stat -c '%a %s' linked keep; cat linked keep");
    store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    assertThat(Trees.shell(outside, "stat -c '%a %s' linked keep; cat linked keep"))
        .isEqualTo(before);
  }

  @Test
  void wrongHardLinksInsideTheTargetAreTakenApartAndRightOnesMade() throws IOException {
    Trees.shell(source, "echo same > s1; cp -p s1 s2; ln s1 s3; ln top sub/top2");
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(target, "ln -f s1 s2; rm s3; cp -p s1 s3; rm sub/top2; ln s1 sub/top2");
    var plan = store.plan(point.id(), target);
    store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    assertThat(plan.filesToWrite()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Trust.class)
  void otherNamesOfADamagedFileAreMendedWithItThoughNothingElseIsWrongThere(Trust trust)
      throws IOException {
    Trees.shell(source, "mkdir a d; echo good > a/f; ln a/f d/l");
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(target, "echo damaged > a/f");
    store.restore(asPlanned(point, trust));
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  @ParameterizedTest
  @EnumSource(Trust.class)
  void aWrongHardLinkOverDirectoriesIsTakenApart(Trust trust) throws IOException {
    Trees.shell(source, "mkdir d e; echo same > d/b; cp -p d/b e/a");
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(target, "ln -f d/b e/a");
    store.restore(asPlanned(point, trust));
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  private RestoreRequest asPlanned(Point point, Trust trust) {
    return new RestoreRequest(
        point.id(),
        Place.of(target),
        CaptureRequest.DEFAULT_PART_BYTES,
        RestoreRequest.Making.TARGET,
        trust,
        true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside/keep", "..", ".", "", "a/b", "/abs", "nul\0"})
  void aHostileStoreCantNameAFileOutsideOfTheTarget(String name) {
    hostile(new Entry.FileEntry(name, META, ContentRef.EMPTY));
    PointId id = PointId.parse("site@1");
    assertThatThrownBy(() -> store.restore(id, target))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("no directory can have");
    assertThat(outside.resolve("keep")).hasContent("keep\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside/keep", "sub/../../outside/keep", "link/keep", "/etc/passwd"})
  void aHostileStoreCantLinkAFileOutsideOfTheTarget(String to) {
    hostile(
        new Entry.SymlinkEntry("link", META, "../outside"), new Entry.HardLinkEntry("z", to, 1));
    PointId id = PointId.parse("site@1");
    assertThatThrownBy(() -> store.restore(id, target)).isInstanceOf(DamagedPointException.class);
    assertThat(target.resolve("z")).doesNotExist();
  }

  @Test
  void aFullDiskEndsTheRestoreWithTheFileNamedAndNothingHalfWritten() throws IOException {
    Trees.write(source.resolve("big"), Trees.random(3, 3_000_000));
    Point point = store.capture(source);
    Files.createDirectory(target);
    Assumptions.assumeTrue(
        Trees.shell(target, "mount -t tmpfs -o size=2m none . 2>&1 || echo refused").isEmpty(),
        "skipped: mounting a tmpfs is refused here");
    try {
      Trees.write(target.resolve("big"), "as it was");
      assertThatThrownBy(() -> store.restore(point.id(), target))
          .isInstanceOf(java.io.UncheckedIOException.class)
          .hasMessageContaining("big")
          .hasMessageContaining("No space left on device");
      assertThat(target.resolve("big")).hasContent("as it was");
      assertThat(Trees.shell(target, "find . -name '.gnomon*'")).isEmpty();
      Trees.shell(target, "mount -o remount,size=8m .");
      store.restore(point.id(), target); // again, with room
      assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    } finally {
      Trees.shell(directory, "umount target");
    }
  }

  @Test
  void anImmutableDirectoryEndsTheRestoreWithThePathNamedAndNothingHalfNamed() {
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(target, "echo other > sub/deep/file");
    String before = Trees.describe(target);
    Assumptions.assumeTrue(
        Trees.shell(target, "chattr +i sub/deep 2>&1 || echo refused").isEmpty(),
        "skipped: nothing can be made immutable here");
    try {
      assertThatThrownBy(() -> store.restore(point.id(), target))
          .isInstanceOf(java.io.UncheckedIOException.class)
          .hasMessageContaining("sub/deep/file")
          .hasMessageContaining("Operation not permitted");
      assertThat(Trees.describe(target)).isEqualTo(before);
    } finally {
      Trees.shell(target, "chattr -i sub/deep");
    }
    store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  @Test
  void aKilledRestoreIsFinishedByTheNextAndItsLeftoversGo() throws IOException {
    Point point = store.capture(source);
    Files.createDirectories(target.resolve("sub"));
    Trees.shell(target, "echo half > sub/.gnomon-tmp-abc; echo half > .gnomon-tmp-def");
    store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  @Test
  void specialFilesInTheWayAreMovedAside() throws IOException {
    Point point = store.capture(source);
    Files.createDirectory(target);
    Trees.shell(target, "mkfifo top");
    var report = store.restore(point.id(), target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    assertThat(report.movedAside()).singleElement().asString().startsWith("top (now '");
  }

  @Test
  void theTargetMayLieBehindASymbolicLink() throws IOException {
    Point point = store.capture(source);
    Files.createDirectory(target);
    Trees.shell(target, "mkfifo top");
    Path link = target.resolveSibling("link");
    Files.createSymbolicLink(link, target.getParent());
    var report = store.restore(point.id(), link.resolve(target.getFileName()));
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    assertThat(report.movedAside()).singleElement().asString().startsWith("top (now '");
  }

  @Test
  void anUnknownPointIsNamed() {
    assertThatThrownBy(() -> store.plan(PointId.parse("site@9"), target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no point site@9");
  }

  /// Writes a point whose top directory holds exactly these entries.
  private void hostile(Entry... entries) {
    Point sample = store.capture(source);
    StoreForm form = new StoreFormat(objects, Optional.empty()).get();
    BlobSession session =
        new BlobSession(
            objects,
            new BlobTable(objects, () -> form),
            form,
            Compression.ZSTD,
            Set.of(),
            Runnable::run,
            () -> UUID.randomUUID().toString());
    ContentOutput content = new ContentOutput(session, form.cutter(), BlobSession.Kind.TREE, 0);
    for (Entry entry : entries) {
      content.write(Encoder.encode(entry));
    }
    Entry.DirEntry root = new Entry.DirEntry("", META, content.finish().get(), Entry.Totals.NONE);
    session.publish();
    ObjectName name = new ObjectName("store/points/site/00000000000000000001");
    StoredPoint stored =
        new Records(objects, () -> form).read(name, StoredPoint.class).orElseThrow();
    objects.delete(List.of(name));
    new Records(objects, () -> form)
        .create(
            name,
            new StoredPoint(
                sample, Encoder.encode(root), stored.hints(), stored.source(), stored.identity()));
    assertThat(objects.read(name, ByteRange.ALL)).isPresent();
  }
}
