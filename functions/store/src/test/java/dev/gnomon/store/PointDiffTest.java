package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.PointDiff.Change;
import dev.gnomon.core.shadow.PointDiff.Sum;
import dev.gnomon.core.shadow.PointDiff.What;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.restore.TreeDiff;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PointDiffTest {
  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreFixture store = StoreFixture.on(objects);
  private Path source;

  @BeforeEach
  void make() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
  }

  private PointDiff after(String script) {
    Point first = store.capture(source);
    Trees.shell(source, "set -e\n" + script + "\ntouch -d @1000000000 .");
    return store.store().shadows().diff(first.id(), store.capture(source).id());
  }

  private void before(String script) {
    Trees.shell(source, "set -e\n" + script + "\ntouch -d @1000000000 .");
  }

  private static Change change(
      String path, What what, String before, String after, long bytesBefore, long bytesAfter) {
    return new Change(path, what, before, after, bytesBefore, bytesAfter);
  }

  @Test
  void eachChangeIsSaidWithItsKindAndSizes() {
    before(
        """
        echo one > content; echo two > meta; echo three > gone; echo four > file; ln -s a soft
        mkdir dir; echo x > dir/x; echo same > same
        """);

    PointDiff diff =
        after(
            """
            echo longer > content; chmod 600 meta; rm gone; rm file; mkdir file; echo y > file/y
            ln -sfn b soft; rm -r dir; ln -s nowhere dir; mkdir new; echo fresh > new/fresh
            """);

    assertThat(diff.changes())
        .containsExactly(
            change("content", What.CONTENT, "file", "file", 4, 7),
            change("dir", What.KIND, "directory", "symbolic link", 0, 0),
            change("dir/x", What.REMOVED, "file", "", 2, 0),
            change("file", What.KIND, "file", "directory", 5, 0),
            change("file/y", What.ADDED, "", "file", 0, 2),
            change("gone", What.REMOVED, "file", "", 6, 0),
            change("meta", What.METADATA, "file", "file", 4, 4),
            change("new", What.ADDED, "", "directory", 0, 0),
            change("new/fresh", What.ADDED, "", "file", 0, 6),
            change("soft", What.CONTENT, "symbolic link", "symbolic link", 0, 0));
    assertThat(diff.stat())
        .isEqualTo(
            new PointDiff.Stat(
                new Sum(3, 0, 8),
                new Sum(2, 8, 0),
                new Sum(2, 4, 7),
                new Sum(1, 4, 4),
                new Sum(2, 5, 0)));
    assertThat(diff.differences()).isEqualTo(10);
    assertThat(diff.truncated()).isFalse();
  }

  @Test
  void otherNamesOfAFileAreComparedByTheFile() {
    before("echo one > a; ln a b; echo x > c; ln c d");

    PointDiff diff = after("rm a; touch -d @5 c; cp b e; rm d; echo other > d");

    assertThat(diff.changes())
        .containsExactly(
            change("a", What.REMOVED, "file", "", 4, 0),
            change("b", What.METADATA, "hard link", "file", 4, 4),
            change("c", What.METADATA, "file", "file", 2, 2),
            change("d", What.CONTENT, "hard link", "file", 2, 6),
            change("e", What.ADDED, "", "file", 0, 4));
  }

  @Test
  void pointsOfTwoResourcesOfOneStoreAreCompared() {
    before("echo one > a; echo two > b");
    Point site = store.capture(source);
    Trees.shell(source, "echo longer > a; touch -d @1000000000 .");
    CaptureRequest mine = StoreFixture.request(source);
    Point other =
        store.capture(
            new CaptureRequest(
                mine.job(),
                new ResourceName("other"),
                source,
                mine.kind(),
                mine.updateId(),
                List.of(),
                mine.onChange(),
                mine.partBytes()));

    PointDiff diff = store.store().shadows().diff(site.id(), other.id());

    assertThat(diff.changes()).containsExactly(change("a", What.CONTENT, "file", "file", 4, 7));
  }

  @Test
  void aGreatSubtreeThatIsGoneIsCountedWithoutBeingWalked() {
    before(
        "echo stays > stays; mkdir -p gone/{0..39}/{0..39}; for d in gone/*/*; do echo 1 > $d/f; done");
    Point first = store.capture(source);
    Trees.shell(source, "rm -r gone; touch -d @1000000000 .");
    Point second = store.capture(source);
    AtomicInteger read = new AtomicInteger();

    PointDiff diff = diff(first, second, read);

    assertThat(diff.changes()).hasSize(Comparison.MAX_LISTED);
    assertThat(diff.truncated()).isTrue();
    assertThat(diff.differences()).isEqualTo(1 + 40 + 2 * 1600);
    assertThat(diff.stat().removed()).isEqualTo(new Sum(1 + 40 + 2 * 1600, 3200, 0));
    assertThat(read.get()).isLessThan(Comparison.MAX_LISTED);
  }

  @Test
  void oneFileThatChangedAmongTenThousandDirectoriesCostsAFewReads() {
    Trees.shell(
        source,
        """
        mkdir -p $(seq -f d%g 0 99) && for d in d*; do (cd $d && mkdir $(seq -f e%g 0 99)); done
        for d in d*/e*; do echo $d > $d/file; done
        """);
    Point first = store.capture(source);
    Trees.shell(source, "echo changed > d57/e31/file");
    Point second = store.capture(source);
    AtomicInteger blobs = new AtomicInteger();
    AtomicInteger bytes = new AtomicInteger();
    StoreFixture counted = StoreFixture.on(countingPackBytes(bytes));

    PointDiff diff = diff(first, second, blobs);
    PointDiff same = counted.store().shadows().diff(first.id(), second.id());

    assertThat(diff.changed()).containsExactly("d57/e31/file");
    assertThat(same).isEqualTo(diff);
    assertThat(blobs.get()).isLessThanOrEqualTo(2 * 3); // root, d57 and e31 of each point
    assertThat(bytes.get()).isLessThan(12 << 20); // windows of packs, not all 10,000 directories
  }

  private PointDiff diff(Point first, Point second, AtomicInteger read) {
    return new TreeDiff(side(first, read), side(second, read)).diff();
  }

  private TreeDiff.Side side(Point point, AtomicInteger read) {
    StoreParts parts = StoreParts.of(objects, StoreSettings.DEFAULT, new Workers(1));
    StoredPoint stored = parts.points().get(point.id()).orElseThrow();
    BlobReader reader = parts.reader();
    Contents.Blobs counting =
        (Hash hash) -> {
          read.incrementAndGet();
          return reader.read(hash);
        };
    return new TreeDiff.Side(stored.rootEntry(), counting, (path, fault) -> fault);
  }

  private ForwardingObjectStore countingPackBytes(AtomicInteger bytes) {
    return new ForwardingObjectStore(objects) {
      @Override
      public Optional<InputStream> read(ObjectName name, ByteRange range) {
        if (name.value().startsWith("store/packs/")) {
          bytes.addAndGet((int) Math.min(range.length(), Integer.MAX_VALUE / 2));
        }
        return super.read(name, range);
      }
    };
  }
}
