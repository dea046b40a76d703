package dev.gnomon.filesystem.mirror;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryMirrorTest {
  @TempDir Path root;
  private Path source;
  private Path target;

  /// So late that every file counts as having rested.
  private final Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

  @BeforeEach
  void make() throws IOException {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
    source = Files.createDirectory(root.resolve("source"));
    target = Files.createDirectory(root.resolve("target"));
  }

  private TreeMirror open() throws IOException {
    return DirectoryMirror.mirrors(later).open(source, target, root.resolve("memory"));
  }

  private static TreeMirror.Control control(LongPredicate mayShrink, Runnable between) {
    return new TreeMirror.Control() {
      @Override
      public boolean stopped() {
        return false;
      }

      @Override
      public boolean mayShrinkTo(long files) {
        return mayShrink.test(files);
      }

      @Override
      public void between() {
        between.run();
      }
    };
  }

  private static final TreeMirror.Control FREE = control(files -> true, () -> {});

  private Brought everything(Depth depth) throws IOException {
    try (TreeMirror mirror = open()) {
      return mirror.everything(depth, FREE);
    }
  }

  private void assertEqual(String what) throws IOException {
    assertThat(TreeLook.differences(source, target)).as(what).isEmpty();
  }

  @Test
  void aRandomTreeThatGoesOnChangingIsFollowedByStats() throws IOException {
    long seed = System.nanoTime();
    RandomTree tree = new RandomTree(source, new Random(seed));
    for (int round = 0; round < 40; round++) {
      tree.steps(25);
      try (TreeMirror mirror = open()) {
        Brought brought = mirror.everything(Depth.STATS, FREE);
        assertThat(brought.faults()).as("seed %d, round %d", seed, round).isEmpty();
      }
      assertEqual("seed %d, round %d".formatted(seed, round));
    }
  }

  private static void link(Path existing, Path name) {
    try {
      Files.createLink(name, existing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void withNothingChangedNothingIsWritten() throws IOException {
    new RandomTree(source, new Random(7)).steps(300);
    Brought first = everything(Depth.STATS);
    assertThat(first.written()).isPositive();

    Brought second = everything(Depth.STATS);

    assertThat(second.written() + second.deleted()).isZero();
    assertThat(second.equal()).isTrue();
    assertThat(second.files()).isEqualTo(first.files());
  }

  @Test
  void onlyWhatIsNamedIsLookedAt() throws IOException {
    Files.writeString(source.resolve("named"), "one");
    Files.writeString(source.resolve("other"), "one");
    try (TreeMirror mirror = open()) {
      Brought all = mirror.everything(Depth.STATS, FREE);
      Files.writeString(source.resolve("named"), "changed");
      Files.writeString(source.resolve("other"), "changed");

      Brought brought = mirror.changed(List.of(Change.of("named")), FREE);

      assertThat(brought.written()).isEqualTo(1);
      assertThat(brought.files()).isEqualTo(all.files());
    }
    assertThat(target.resolve("named")).hasContent("changed");
    assertThat(target.resolve("other")).hasContent("one");
  }

  @Test
  void aMovedTreeIsMovedAndNotCopied() throws IOException {
    Path big = Files.createDirectories(source.resolve("old/deep"));
    Files.write(big.resolve("file"), new byte[2_000_000]);
    try (TreeMirror mirror = open()) {
      Brought all = mirror.everything(Depth.STATS, FREE);
      assertThat(all.files()).isEqualTo(1);
      Object inode = Files.getAttribute(target.resolve("old/deep/file"), "unix:ino");
      Files.move(source.resolve("old"), source.resolve("new"));

      Brought brought =
          mirror.changed(
              List.of(Change.of("old"), new Change("new", true, Optional.of("old"))), FREE);

      assertThat(brought.written()).isZero();
      assertThat(Files.getAttribute(target.resolve("new/deep/file"), "unix:ino")).isEqualTo(inode);
    }
    assertEqual("after the move");
  }

  @Test
  void namesOfOneFileStayNamesOfOneFile() throws IOException {
    Files.writeString(source.resolve("a"), "one");
    Files.createLink(source.resolve("b"), source.resolve("a"));
    Files.createLink(source.resolve("c"), source.resolve("a"));
    try (TreeMirror mirror = open()) {
      Brought all = mirror.everything(Depth.STATS, FREE);
      assertEqual("linked");
      Files.writeString(source.resolve("b"), "two");
      Brought content = mirror.changed(List.of(Change.of("b")), FREE);
      assertEqual("written by one of its names");
      Files.createLink(source.resolve("d"), source.resolve("b"));
      Brought more = mirror.changed(List.of(Change.of("d")), FREE);
      assertEqual("a further name");
      Files.writeString(source.resolve("next"), "three");
      Files.move(source.resolve("next"), source.resolve("c"), REPLACE_EXISTING);
      Brought parted = mirror.changed(List.of(Change.of("next"), Change.of("c")), FREE);
    }
    assertEqual("one of them became another file");
  }

  @Test
  void whatCameAndWentShowsInTheTimeOfItsDirectory() throws IOException {
    Files.createDirectory(source.resolve("d"));
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).equal()).isTrue();
      Files.writeString(source.resolve("d/x"), "x");
      Files.delete(source.resolve("d/x"));

      assertThat(mirror.changed(List.of(Change.of("d/x")), FREE).unsettled()).isEmpty();
    }
    assertEqual("after it went");
  }

  @Test
  void whatWentAndCameBackShowsInTheTimeOfItsDirectory() throws IOException {
    Files.createDirectories(source.resolve("emptied/again"));
    Files.createDirectories(source.resolve("left/moved"));
    Files.createDirectory(source.resolve("linking"));
    Files.createSymbolicLink(source.resolve("linking/link"), Path.of("to"));
    for (String name : List.of("emptied", "left", "linking")) {
      Files.setLastModifiedTime(source.resolve(name), FileTime.fromMillis(1));
    }
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).equal()).isTrue();

      Files.delete(source.resolve("emptied/again"));
      Files.createDirectory(source.resolve("emptied/again"));
      follow(mirror, Change.below("emptied/again"));
      assertEqual("a directory is made anew");

      Files.move(source.resolve("left/moved"), source.resolve("away"));
      Files.move(source.resolve("away"), source.resolve("left/moved"));
      follow(
          mirror,
          new Change("away", true, Optional.of("left/moved")),
          new Change("left/moved", true, Optional.of("away")));
      assertEqual("a directory is moved, and back");

      Files.delete(source.resolve("linking/link"));
      Files.createSymbolicLink(source.resolve("linking/link"), Path.of("to"));
      follow(mirror, Change.of("linking/link"));
    }
    assertEqual("a symbolic link is made anew");
  }

  @Test
  void whatChangedRightBeforeItWasComparedIsComparedAgain() throws IOException {
    Files.createDirectories(source.resolve("directory/below"));
    Files.createSymbolicLink(source.resolve("link"), Path.of("to"));
    Clock now = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    for (Clock clock : List.of(now, later)) {
      try (TreeMirror mirror =
          DirectoryMirror.mirrors(clock).open(source, target, root.resolve("memory"))) {
        assertThat(mirror.everything(Depth.STATS, FREE).faults()).isEmpty();
      }
      for (String name : List.of("directory", "directory/below", "link")) {
        assertThat(isKnown(name)).as("%s at %s", name, clock).isEqualTo(clock == later);
      }
    }
  }

  private boolean isKnown(String path) throws IOException {
    int from = Descriptors.openDirectory(source);
    int to = Descriptors.openDirectory(target);
    try (Known known = Known.open(root.resolve("memory"))) {
      boolean is =
          known.equal(
              Stat.of(from, path, path).orElseThrow(), Stat.of(to, path, path).orElseThrow());
      known.closeDurably();
      return is;
    } finally {
      Descriptors.close(from);
      Descriptors.close(to);
    }
  }

  @Test
  void aNameThatIsMadeOfAFileThatAComparisonHasPassedIsMadeOfItsCopy() throws IOException {
    Files.writeString(source.resolve("a"), "one");
    Files.createDirectory(source.resolve("z"));
    try (TreeMirror mirror =
        DirectoryMirror.mirrors(Clock.systemUTC()).open(source, target, root.resolve("memory"))) {
      assertThat(mirror.everything(Depth.STATS, FREE).faults()).isEmpty();
      AtomicInteger looks = new AtomicInteger();
      TreeMirror.Control linking =
          new TreeMirror.Control() {
            @Override
            public boolean stopped() {
              if (looks.incrementAndGet() == 2) { // 'a' was looked at, and 'z' not yet
                link(source.resolve("a"), source.resolve("z/link"));
              }
              return false;
            }

            @Override
            public boolean mayShrinkTo(long files) {
              return true;
            }

            @Override
            public void between() {}
          };
      assertThat(mirror.everything(Depth.STATS, linking).faults()).isEmpty();
      assertThat(source.resolve("z/link")).exists();

      follow(mirror, Change.of("z/link"));
      assertEqual("linked");
      Files.writeString(source.resolve("a"), "two");
      assertThat(mirror.changed(List.of(Change.of("a")), FREE).faults()).isEmpty();
    }
    assertEqual("written by its first name");
  }

  @Test
  void whatWasWrittenByANameThatGoesIsSeenByTheOthers() throws IOException {
    Files.createDirectories(source.resolve("d/e"));
    for (String name : List.of("deleted", "replaced", "d/e/below")) {
      Files.writeString(source.resolve(name), "one");
      Files.createLink(source.resolve("z-" + name.replace('/', '-')), source.resolve(name));
    }
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).faults()).isEmpty();

      Files.writeString(source.resolve("deleted"), "two and more");
      Files.delete(source.resolve("deleted"));
      follow(mirror, Change.of("deleted"));
      assertEqual("deleted");

      Files.writeString(source.resolve("replaced"), "two and more");
      Files.writeString(source.resolve("next"), "another file");
      Files.move(source.resolve("next"), source.resolve("replaced"), REPLACE_EXISTING);
      follow(mirror, Change.of("next"), Change.of("replaced"));
      assertEqual("replaced");

      Files.writeString(source.resolve("d/e/below"), "two and more");
      Files.delete(source.resolve("d/e/below"));
      Files.delete(source.resolve("d/e"));
      Files.delete(source.resolve("d"));
      follow(mirror, Change.of("d"));
    }
    assertEqual("deleted with its directory");
  }

  /// Brings over what is told, and what is left of it after that.
  private static void follow(TreeMirror mirror, Change... changes) throws IOException {
    List<Change> told = List.of(changes);
    for (int round = 0; round < 3 && !told.isEmpty(); round++) {
      Brought brought = mirror.changed(told, FREE);
      assertThat(brought.faults()).isEmpty();
      told = brought.unsettled();
    }
    assertThat(told).isEmpty();
  }

  @Test
  void damageThatLeavesNoTraceIsFoundByContent() throws IOException {
    byte[] content = new byte[3_000_000];
    Files.write(source.resolve("big"), content);
    Files.writeString(source.resolve("small"), "good");
    assertThat(everything(Depth.STATS).equal()).isTrue();
    for (String name : List.of("big", "small")) {
      damageUnseen(target.resolve(name));
    }
    Brought stats = everything(Depth.STATS);
    assertThat(stats.damaged()).isZero();

    Brought found = everything(Depth.CONTENT);

    assertThat(found.damaged()).isEqualTo(2);
    assertEqual("mended");
    assertThat(everything(Depth.CONTENT).damaged()).isZero();
  }

  /// As a disk does it: neither size nor any time tells. The memory is made to believe it.
  private void damageUnseen(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int ignored = channel.write(ByteBuffer.wrap(new byte[] {'X'}), 1);
    }
    Files.setLastModifiedTime(file, time);
    int from = Descriptors.openDirectory(source);
    int to = Descriptors.openDirectory(target);
    try (Known known = Known.open(root.resolve("memory"))) {
      String name = file.getFileName().toString();
      known.put(Stat.of(from, name, name).orElseThrow(), Stat.of(to, name, name).orElseThrow());
      known.closeDurably();
    } finally {
      Descriptors.close(from);
      Descriptors.close(to);
    }
  }

  @Test
  void whatWasDoneToTheReplicaIsUndoneAlsoByStats() throws IOException {
    Files.writeString(source.resolve("file"), "good");
    assertThat(everything(Depth.STATS).equal()).isTrue();
    FileTime time = Files.getLastModifiedTime(target.resolve("file"));
    Files.writeString(target.resolve("file"), "evil");
    Files.setLastModifiedTime(target.resolve("file"), time);
    Files.writeString(target.resolve("stray"), "evil");

    Brought brought = everything(Depth.STATS);

    assertThat(brought.equal()).isTrue();
    assertEqual("undone");
  }

  @Test
  void anEmptiedSourceDoesNotEmptyTheReplica() throws IOException {
    new RandomTree(source, new Random(3)).steps(200);
    assertThat(everything(Depth.STATS).files()).isPositive();
    var before = TreeLook.of(target);
    TreeMirror.Control careful = control(files -> files > 0, () -> {});
    Path away = Files.move(source, root.resolve("away"));
    Files.createDirectory(source);
    Files.setLastModifiedTime(source, Files.getLastModifiedTime(away));

    try (TreeMirror mirror = open()) {
      Brought brought = mirror.everything(Depth.STATS, careful);

      assertThat(brought.keptBack()).isPositive();
      assertThat(brought.equal()).isFalse();
      assertThat(TreeLook.of(target).keySet()).isEqualTo(before.keySet());
    }
  }

  @Test
  void whatComesBackWhileEverythingIsComparedIsNotDeleted() throws IOException {
    fill(source);
    assertThat(everything(Depth.STATS).equal()).isTrue();
    for (String name : List.of("file", "directory/old", "directory", "link", "becomes-file/old")) {
      Files.delete(source.resolve(name));
    }
    Files.delete(source.resolve("becomes-file"));
    try (TreeMirror mirror = open()) {
      AtomicBoolean back = new AtomicBoolean();
      // Asked when all was looked at, and before anything is deleted.
      TreeMirror.Control control =
          control(files -> back.getAndSet(true) || bringBack(mirror), () -> {});

      Brought brought = mirror.everything(Depth.STATS, control);

      assertThat(brought.faults()).isEmpty();
      assertThat(brought.unsettled())
          .extracting(Change::path)
          .containsExactlyInAnyOrder("file", "directory", "link", "becomes-file");
      assertEqual("brought over in between");
      Brought again = mirror.changed(brought.unsettled(), FREE);
      assertThat(again.equal()).isTrue();
      assertThat(again.files()).isEqualTo(4);
    }
    assertEqual("compared again");
  }

  private static void fill(Path source) throws IOException {
    Files.writeString(source.resolve("stays"), "stays");
    Files.writeString(source.resolve("file"), "old");
    Files.createDirectory(source.resolve("directory"));
    Files.writeString(source.resolve("directory/old"), "old");
    Files.createSymbolicLink(source.resolve("link"), Path.of("old"));
    Files.createDirectory(source.resolve("becomes-file"));
    Files.writeString(source.resolve("becomes-file/old"), "old");
  }

  /// Makes anew what was deleted; a feed tells it, and it is brought over at once.
  private boolean bringBack(TreeMirror mirror) {
    try {
      Files.writeString(source.resolve("file"), "new");
      Files.createDirectory(source.resolve("directory"));
      Files.writeString(source.resolve("directory/new"), "new");
      Files.createSymbolicLink(source.resolve("link"), Path.of("new"));
      Files.writeString(source.resolve("becomes-file"), "new");
      return mirror
          .changed(
              List.of(
                  Change.of("file"),
                  Change.below("directory"),
                  Change.of("link"),
                  Change.of("becomes-file")),
              FREE)
          .equal();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatComesBackUntoldWhileEverythingIsComparedIsComparedAgain() throws IOException {
    fill(source);
    assertThat(everything(Depth.STATS).equal()).isTrue();
    Files.delete(source.resolve("file"));
    try (TreeMirror mirror = open()) {
      Brought brought =
          mirror.everything(
              Depth.STATS,
              control(
                  files -> {
                    try {
                      Files.createDirectory(source.resolve("file"));
                      return true;
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  },
                  () -> {}));

      assertThat(brought.unsettled()).containsExactly(Change.below("file"));
      assertThat(mirror.changed(brought.unsettled(), FREE).equal()).isTrue();
    }
    assertEqual("another kind came");
  }

  @Test
  void anotherDirectoryInPlaceOfTheSourceIsNotFollowed() throws IOException {
    Files.writeString(source.resolve("file"), "good");
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).equal()).isTrue();
      Files.move(source, root.resolve("away"));
      Files.createDirectory(source);

      assertThatThrownBy(() -> mirror.changed(List.of(Change.EVERYTHING), FREE))
          .hasMessageContaining("another directory stands at");
    }
    assertThat(target.resolve("file")).hasContent("good");
  }

  @Test
  void aReplicaWithinItsSourceIsNotBroughtIntoItself() throws IOException {
    Files.createDirectories(source.resolve("a/b"));
    Files.writeString(source.resolve("a/b/file"), "x");
    target = Files.createDirectory(source.resolve("replica"));

    Brought brought = everything(Depth.STATS);

    assertThat(brought.faults()).singleElement().asString().contains("is the replica itself");
    assertThat(target.resolve("a/b/file")).hasContent("x");
    assertThat(target.resolve("replica")).doesNotExist();
  }

  @Test
  void aFileBecomesADirectoryAndADirectoryAFile() throws IOException {
    Files.writeString(source.resolve("x"), "file");
    Files.createDirectories(source.resolve("y/z"));
    Files.writeString(source.resolve("y/z/file"), "file");
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).equal()).isTrue();
      Files.delete(source.resolve("x"));
      Files.createDirectory(source.resolve("x"));
      Files.writeString(source.resolve("x/file"), "below");
      Files.delete(source.resolve("y/z/file"));
      Files.delete(source.resolve("y/z"));
      Files.delete(source.resolve("y"));
      Files.createSymbolicLink(source.resolve("y"), Path.of("x"));

      Brought brought = mirror.changed(List.of(Change.of("x"), Change.of("y")), FREE);

      assertThat(brought.faults()).isEmpty();
    }
    assertEqual("kinds changed");
  }

  @Test
  void holesStayHoles() throws IOException {
    Path file = source.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      int ignored = channel.write(ByteBuffer.wrap(new byte[] {1}), 64 << 20);
    }
    assertThat(everything(Depth.STATS).equal()).isTrue();
    assertEqual("sparse");

    int at = Descriptors.openDirectory(target);
    try {
      assertThat(Stat.of(at, "sparse", "sparse").orElseThrow().blocks()).isLessThan(1000);
    } finally {
      Descriptors.close(at);
    }
  }

  @Test
  void ofABigFileOnlyTheBlocksThatDifferAreWritten() throws IOException {
    byte[] content = new byte[8_000_000];
    new Random(1).nextBytes(content);
    Files.write(source.resolve("big"), content);
    assertThat(everything(Depth.STATS).equal()).isTrue();
    Object inode = Files.getAttribute(target.resolve("big"), "unix:ino");
    try (FileChannel channel = FileChannel.open(source.resolve("big"), StandardOpenOption.WRITE)) {
      int ignored = channel.write(ByteBuffer.wrap(new byte[] {42}), 4_000_000);
    }

    assertThat(everything(Depth.STATS).equal()).isTrue();

    assertEqual("one block");
    assertThat(Files.getAttribute(target.resolve("big"), "unix:ino")).isEqualTo(inode);
  }

  @Test
  void aFileThatCantBeReadIsNamedAndKeepsNothingElseFromComing() throws IOException {
    assumeTrue(!"root".equals(System.getProperty("user.name")), "root may read everything");
    Files.writeString(source.resolve("closed"), "x");
    Files.setPosixFilePermissions(source.resolve("closed"), java.util.Set.of());
    Files.writeString(source.resolve("open"), "x");

    Brought brought = everything(Depth.STATS);

    assertThat(brought.faults()).singleElement().asString().contains("closed");
    assertThat(target.resolve("open")).hasContent("x");
  }

  @Test
  void whatIsNoPartOfAPointIsNoPartOfTheReplica() throws Exception {
    assumeTrue(
        new ProcessBuilder("mkfifo", source.resolve("fifo").toString()).start().waitFor() == 0,
        "needs mkfifo");
    Files.writeString(source.resolve(".gnomon-tmp-1"), "left over");
    Files.writeString(target.resolve(".gnomon-tmp-2"), "left over by a killed sync");

    assertThat(everything(Depth.STATS).equal()).isTrue();

    assertThat(target).isEmptyDirectory();
  }

  @Test
  void whatChangedWithinTheSameTickIsNotTakenAsKnown() throws IOException {
    assertThat(isKnownAfter(5)).isFalse();
  }

  @Test
  void whatRestedBeforeItWasReadIsTakenAsKnown() throws IOException {
    assertThat(isKnownAfter(60)).isTrue();
  }

  /// Copies a file whose copy takes 100 ms.
  ///
  /// @param millis since it was written, when it is read
  private boolean isKnownAfter(long millis) throws IOException {
    Files.writeString(source.resolve("file"), "one");
    Instant then =
        Files.getLastModifiedTime(source.resolve("file"), LinkOption.NOFOLLOW_LINKS).toInstant();
    try (TreeMirror mirror =
        DirectoryMirror.mirrors(new Jumping(then.plusMillis(millis)))
            .open(source, target, root.resolve("memory"))) {
      assertThat(mirror.everything(Depth.STATS, FREE).written()).isEqualTo(1);
    }
    int from = Descriptors.openDirectory(source);
    int to = Descriptors.openDirectory(target);
    try (Known known = Known.open(root.resolve("memory"))) {
      return known.equal(
          Stat.of(from, "file", "file").orElseThrow(), Stat.of(to, "file", "file").orElseThrow());
    } finally {
      Descriptors.close(from);
      Descriptors.close(to);
    }
  }

  /// Goes on by 100 ms whenever it was asked.
  private static final class Jumping extends Clock {
    private Instant next;
    private boolean began;

    Jumping(Instant first) {
      this.next = first;
    }

    /// The comparison and the reading of its first file begin at once.
    @Override
    public Instant instant() {
      Instant now = next;
      next = began ? now.plusMillis(100) : now;
      began = true;
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aMemoryThatIsDamagedIsMadeAnew() throws IOException {
    Files.writeString(source.resolve("file"), "one");
    assertThat(everything(Depth.STATS).written()).isEqualTo(1);
    for (byte[] damage : List.of(new byte[0], new byte[100], new byte[64 + 4096 * 32])) {
      Files.write(root.resolve("memory"), damage);

      assertThat(everything(Depth.STATS).equal()).isTrue();
      assertEqual("damaged memory");
    }
  }

  @Test
  void manyEntriesAreRememberedAndForgotten() throws IOException {
    for (int i = 0; i < 6000; i++) {
      Files.createSymbolicLink(source.resolve("l" + i), Path.of("x"));
    }
    assertThat(everything(Depth.STATS).written()).isEqualTo(6000);
    assertThat(everything(Depth.STATS).written()).isZero();
    for (int i = 0; i < 6000; i++) {
      Files.delete(source.resolve("l" + i));
    }
    assertThat(everything(Depth.STATS).equal()).isTrue();
    assertThat(target).isEmptyDirectory();
  }
}
