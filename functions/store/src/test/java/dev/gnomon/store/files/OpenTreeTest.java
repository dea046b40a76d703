package dev.gnomon.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.verification.disks.OpenFiles;
import dev.gnomon.verification.disks.SmallDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpenTreeTest {
  /// More than stay open.
  private static final int MANY = 300;

  private static final int CLOSINGS = 200;

  @TempDir Path directory;

  /// Both ways to reach entries do the same.
  static Stream<Function<Path, OpenTree>> trees() {
    return FileCalls.available()
        ? Stream.of(OpenTree::of, OpenTree::byPaths)
        : Stream.of(OpenTree::byPaths);
  }

  private static String text(EntryAt file) throws IOException {
    try (InputStream in = file.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void write(EntryAt file, String text) throws IOException {
    try (NewFile made = file.create(0, 0, 0, 0600)) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      made.write(bytes, 0, bytes.length);
      made.end();
    }
  }

  @ParameterizedTest
  @MethodSource("trees")
  void entriesAreMadeReadRenamedAndRemoved(Function<Path, OpenTree> of) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    try (OpenTree tree = of.apply(root)) {
      EntryAt sub = tree.root().child("sub");
      assertThat(sub.stat()).isEmpty();
      sub.makeDirectory();
      write(sub.child("new"), "content");
      EntryAt file = sub.child("b");
      sub.child("new").rename(file);
      sub.child("hard").link(file);
      sub.child("link").symlink("b");

      assertThat(sub.names()).containsExactly("b", "hard", "link");
      assertThat(text(file)).isEqualTo("content");
      assertThat(text(tree.root().below("sub/hard"))).isEqualTo("content");
      assertThat(file.stat().orElseThrow().links()).isEqualTo(2);
      assertThat(sub.child("link").target()).isEqualTo("b");
      assertThat(sub.child("link").stat().orElseThrow().kind()).isEqualTo(FileStat.Kind.SYMLINK);
      assertThatThrownBy(() -> sub.child("link").open()).isInstanceOf(IOException.class);
      Scan scan = sub.scan();
      assertThat(scan.names()).containsExactly("b", "hard", "link");
      assertThat(scan.stat(0).orElseThrow().size()).isEqualTo(7);
      assertThatThrownBy(sub::removeDirectory).isInstanceOf(DirectoryNotEmptyException.class);
      assertThatThrownBy(() -> sub.child("b").create(0, 0, 0, 0600))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining(root.resolve("sub/b").toString());
      assertThatThrownBy(sub::makeDirectory).isInstanceOf(FileAlreadyExistsException.class);
      for (String name : sub.names()) {
        assertThat(sub.child(name).remove()).isTrue();
        assertThat(sub.child(name).remove()).isFalse();
      }
      assertThat(sub.removeDirectory()).isTrue();
      assertThat(sub.removeDirectory()).isFalse();
      assertThatThrownBy(sub::names).isInstanceOf(NoSuchFileException.class);
      assertThat(root).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @MethodSource("trees")
  void metadataIsSetOfEntriesThemselves(Function<Path, OpenTree> of) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    try (OpenTree tree = of.apply(directory)) {
      EntryAt at = tree.root().child("file");
      FileStat stat = at.stat().orElseThrow();
      at.mode(0640);
      assertThat(at.owner(stat.uid(), stat.gid())).isTrue();
      at.time(1_000_000_000, 123_000_000);
      assertThat(at.stat().orElseThrow().mode()).isEqualTo(0640);
      assertThat(Files.getLastModifiedTime(file).toInstant())
          .isEqualTo(Instant.ofEpochSecond(1_000_000_000, 123_000_000));
      tree.root().child("link").symlink("file");
      tree.root().child("link").time(1_100_000_000, 0);
      assertThat(
              Files.getLastModifiedTime(directory.resolve("link"), LinkOption.NOFOLLOW_LINKS)
                  .toInstant())
          .isEqualTo(Instant.ofEpochSecond(1_100_000_000));
      assertThat(at.stat().orElseThrow().mtimeSeconds()).isEqualTo(1_000_000_000);

      assumeTrue(at.setAttribute("user.a", new byte[] {1}), "no extended attributes here");
      List<String> refused =
          ExtendedAttributes.apply(at, FileStat.Kind.FILE, Map.of("user.b", new byte[] {2}));
      assertThat(refused).isEmpty();
      assertThat(at.attributes(FileStat.Kind.FILE)).containsOnlyKeys("user.b");
    }
  }

  @Test
  void aSymbolicLinkIsNoWayAndItsModeIsNotThatOfWhatItNames() throws IOException {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("x"), "theirs");
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    int mode = FileStat.of(outside).orElseThrow().mode();
    try (OpenTree tree = OpenTree.of(root)) {
      EntryAt link = tree.root().child("link");
      assertThat(link.child("x").stat()).isEmpty();
      assertThat(link.child("x").remove()).isFalse();
      assertThatThrownBy(() -> link.child("x").open())
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining(root.resolve("link").toString());
      assertThatThrownBy(() -> link.child("y").create(0, 0, 0, 0600))
          .isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> link.mode(0)).isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> tree.root().child("..")).isInstanceOf(RuntimeException.class);
    }
    assertThat(FileStat.of(outside).orElseThrow().mode()).isEqualTo(mode);
    assertThat(outside.toFile().list()).containsExactly("x");
  }

  @Test
  void aFewDirectoriesStayOpenAndNoneWhenItIsClosed() throws Exception {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
    Path deep = directory;
    for (int i = 0; i < MANY; i++) {
      Files.createDirectories(directory.resolve("wide/" + i));
      deep = Files.createDirectory(deep.resolve("d"));
    }
    int before = descriptors();
    try (OpenTree tree = OpenTree.of(directory);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      EntryAt wide = tree.root().child("wide");
      EntryAt bottom = tree.root();
      List<EntryAt> all = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        all.add(wide.child(Integer.toString(i)));
        bottom = bottom.child("d");
        all.add(bottom);
      }
      List<Future<Integer>> works = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        String name = "file-" + thread;
        Callable<Integer> work =
            () -> {
              int found = 0;
              for (int round = 0; round < 3; round++) {
                for (EntryAt each : all) {
                  write(each.child(name), name);
                  found += text(each.child(name)).equals(name) ? 1 : 0;
                  assertThat(each.child(name).remove()).isTrue();
                }
              }
              return found;
            };
        works.add(threads.submit(work));
      }
      for (Future<Integer> work : works) {
        assertThat(work.get()).isEqualTo(2 * MANY * 3);
      }
      assertThat(tree.opened()).isLessThan(MANY / 2);
      assertThat(descriptors() - before).isLessThan(MANY / 2);
    }
    assertThat(descriptors() - before).isLessThan(MANY / 10);
    assertThat(directory.resolve("wide")).isDirectory();
  }

  private static int descriptors() {
    String[] open = Path.of("/proc/self/fd").toFile().list();
    return open == null ? 0 : open.length;
  }

  @Test
  void theDirectoryThatItBeganWithStaysThatOne() throws IOException {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
    Path root = Files.createDirectory(directory.resolve("root"));
    for (int i = 0; i < MANY; i++) {
      Files.createDirectory(root.resolve("d" + i));
    }
    try (OpenTree tree = OpenTree.of(root)) {
      assertThat(tree.root().names()).hasSize(MANY);
      Files.move(root, directory.resolve("moved"));
      Files.createDirectory(root);
      for (int i = 0; i < MANY; i++) {
        write(tree.root().child("d" + i).child("file"), "x");
      }
      write(tree.root().child("file"), "x");
    }
    assertThat(root).isEmptyDirectory();
    assertThat(directory.resolve("moved/file")).hasContent("x");
  }

  /// In a process that permissions count for.
  @Test
  void whatIsInADirectoryThatCantBeListedIsReachedYet() throws Exception {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
    assumeTrue(
        new ProcessBuilder("sh", "-c", "setpriv --bounding-set=-dac_override true")
                .start()
                .waitFor()
            == 0,
        "skipped: setpriv is not here, or may not do that");
    Files.createDirectories(directory.resolve("closed/sub"));
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--bounding-set=-dac_override,-dac_read_search",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OpenTreeTest.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(directory.resolve("closed/sub/file")).hasContent("x");
    assertThat(directory.resolve("open/hard")).hasContent("x");
  }

  /// Works in a directory of mode 311.
  public static void main(String[] arguments) throws IOException {
    try (OpenTree tree = OpenTree.of(Path.of(arguments[0]))) {
      EntryAt closed = tree.root().child("closed");
      closed.mode(0311);
      write(closed.child("sub").child("file"), "x");
      tree.root().child("open").makeDirectory();
      tree.root().below("open/hard").link(tree.root().below("closed/sub/file"));
      assertThatThrownBy(closed::names)
          .isInstanceOf(AccessDeniedException.class)
          .hasMessageContaining("closed");
      assertThatThrownBy(closed::scan).isInstanceOf(AccessDeniedException.class);
      closed.mode(0);
      EntryAt hidden = closed.child("other");
      assertThatThrownBy(hidden::stat).isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(hidden::open).isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> hidden.create(0, 0, 0, 0600))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> hidden.child("x").create(0, 0, 0, 0600))
          .isInstanceOf(AccessDeniedException.class);
      closed.mode(0700);
    }
    assertThat(OpenFiles.below(Path.of(arguments[0]))).isEmpty();
  }

  @Test
  void faultsLeaveNothingOpen() throws IOException {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
    Path root = Files.createDirectory(directory.resolve("root"));
    Path outside = Files.createDirectories(directory.resolve("outside/sub")).getParent();
    Files.createDirectories(root.resolve("exchanged/sub"));
    Files.createDirectories(root.resolve("vanishing/sub"));
    Files.writeString(root.resolve("file"), "x");
    Files.createSymbolicLink(root.resolve("link"), outside);
    try (OpenTree tree = OpenTree.of(root)) {
      EntryAt exchanged = tree.root().below("exchanged/sub");
      EntryAt vanishing = tree.root().below("vanishing/sub");
      exchanged.child("open").create(0, 0, 0, 0600).close(); // both are open from now on
      vanishing.child("open").create(0, 0, 0, 0600).close();
      Files.move(root.resolve("exchanged"), directory.resolve("moved"));
      Files.createSymbolicLink(root.resolve("exchanged"), outside);
      Files.delete(root.resolve("vanishing/sub/open"));
      Files.delete(root.resolve("vanishing/sub"));
      Files.delete(root.resolve("vanishing"));
      for (String way : List.of("link", "file", "none", "exchanged/none", "vanishing/none")) {
        EntryAt in = tree.root().below(way + "/deeper");
        assertThatThrownBy(() -> in.child("x").create(0, 0, 0, 0600))
            .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> in.child("x").open()).isInstanceOf(IOException.class);
        assertThatThrownBy(in::scan).isInstanceOf(IOException.class);
        assertThatThrownBy(in::makeDirectory).isInstanceOf(IOException.class);
        assertThatThrownBy(in::flush).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> in.rename(tree.root().child("here")))
            .isInstanceOf(IOException.class);
        assertThat(in.child("x").stat()).isEmpty();
      }
      assertThatThrownBy(() -> vanishing.child("x").create(0, 0, 0, 0600))
          .isInstanceOf(IOException.class);
      exchanged.child("there").create(0, 0, 0, 0600).close();
    }
    assertThat(OpenFiles.below(directory)).isEmpty();
    assertThat(directory.resolve("moved/sub/there")).exists();
    assertThat(outside.resolve("sub")).isEmptyDirectory();
  }

  @Test
  void aFileWhoseWriteFailsIsClosed() throws IOException {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
    try (SmallDisk disk = SmallDisk.mounted(directory, 8)) {
      disk.fill(1 << 20);
      byte[] much = new byte[2 << 20];
      try (OpenTree tree = OpenTree.of(disk.root())) {
        for (int bytes : new int[] {much.length, 0}) { // past the page cache, and through it
          assertThatThrownBy(
                  () -> {
                    try (NewFile made =
                        tree.root().child("new-" + bytes).create(bytes, 0, 0, 0600)) {
                      made.write(much, 0, much.length);
                      made.end();
                    }
                  })
              .isInstanceOf(FileSystemException.class)
              .hasMessageContaining("new-" + bytes)
              .hasMessageContaining("No space left on device");
          assertThat(tree.root().child("new-" + bytes).remove()).isTrue();
        }
      }
      assertThat(OpenFiles.below(disk.root())).isEmpty();
    }
  }

  @Test
  void aTreeThatIsClosedUnderWhoWorksInItLeavesNothingOpen() throws Exception {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
    for (int i = 0; i < MANY; i++) {
      Files.createDirectory(directory.resolve("d" + i));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < CLOSINGS; round++) {
        OpenTree tree = OpenTree.of(directory);
        List<Future<Integer>> works = new ArrayList<>();
        CountDownLatch busy = new CountDownLatch(MANY + round * 7 % MANY);
        for (int thread = 0; thread < 4; thread++) {
          works.add(threads.submit(() -> looksUntilItIsClosed(tree, busy)));
        }
        busy.await();
        tree.close();
        for (Future<Integer> work : works) {
          assertThat(work.get()).isNotNegative();
        }
        assertThat(OpenFiles.below(directory)).as("round %d", round).isEmpty();
      }
    }
  }

  private static int looksUntilItIsClosed(OpenTree tree, CountDownLatch busy) {
    int looks = 0;
    while (true) {
      try {
        boolean ignored = tree.root().child("d" + looks % MANY).child("x").stat().isPresent();
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("is closed");
        return looks;
      }
      looks++;
      busy.countDown();
    }
  }

  @Test
  void aClosedTreeIsUsedNoMore() throws IOException {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
    OpenTree tree = OpenTree.of(directory);
    assertThat(tree.root().names()).isEmpty();
    tree.close();
    assertThatThrownBy(() -> tree.root().names()).hasMessageContaining("is closed");
  }

  @Test
  void whatIsRemovedAndMadeAgainIsAnotherDirectory() throws IOException {
    try (OpenTree tree = OpenTree.of(directory)) {
      EntryAt sub = tree.root().child("sub");
      sub.makeDirectory();
      write(sub.child("a"), "a");
      assertThat(sub.child("a").remove()).isTrue();
      assertThat(sub.removeDirectory()).isTrue();
      sub.makeDirectory();
      write(sub.child("b"), "b");
    }
    assertThat(directory.resolve("sub/b")).hasContent("b");
  }
}
