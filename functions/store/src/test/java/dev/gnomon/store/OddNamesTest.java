package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.NewFile;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names of any bytes, deep and long ones; also in a process whose locale knows only ASCII.
class OddNamesTest {
  private static final String ODD =
      """
      set -e
      mkdir d; cd d
      echo 1 > $'new\\nline'; echo 2 > $'bytes\\xff\\xfe'; echo 3 > $'latin\\xe9'; echo 4 > $'\\xc3\\xbc'
      echo 5 > ' '; echo 6 > '\\'; echo 7 > '%41'; echo 8 > $'\\x01\\x7f'; echo 9 > '-rf'; echo 10 > '*'
      mkdir $'dir\\xff'; echo 11 > $'dir\\xff/\\xe4'; ln -s $'to\\xff/' $'link\\xfe'
      ln $'latin\\xe9' $'dir\\xff/hard\\xe9'; echo 12 > $(printf 'n%.0s' $(seq 255))
      echo 13 > $'\\xf0\\x9f\\x8c\\x92'; echo 14 > '...'; echo 15 > '~'
      """;

  private static final int MAX_DEPTH = 4096;

  @TempDir Path directory;

  @Test
  void namesOfAnyBytesComeBack() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path target = directory.resolve("target");
    Trees.shell(source, ODD);
    roundTrip(source, target);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8", "POSIX"})
  void namesOfAnyBytesComeBackInEveryLocale(String locale) throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path target = directory.resolve("target");
    Trees.shell(source, ODD);
    ProcessBuilder program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OddNamesTest.class.getName(),
                source.toString(),
                target.toString())
            .redirectErrorStream(true);
    program.environment().put("LC_ALL", locale);
    Process process = program.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  /// Captures and restores in a process of its own.
  public static void main(String[] arguments) {
    roundTrip(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  private static void roundTrip(Path source, Path target) {
    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(
        target,
        """
        cd d; echo other > $'bytes\\xff\\xfe'; rm $'latin\\xe9'; mkdir $'more\\xff'; echo x > $'more\\xff/\\xe4'
        rm $'link\\xfe'; ln -s $'else\\xe4' $'link\\xfe'; rm $'\\xc3\\xbc'; mkdir -p $'\\xc3\\xbc/\\xfe'; chmod 600 '%41'
        rm -r $'dir\\xff'; mkfifo $'dir\\xff'
        """);
    var again = store.restore(point.id(), target);
    if (again.movedAside().size() != 1
        || !again.movedAside().getFirst().startsWith("d/dir\\xff (now '")) {
      throw new IllegalStateException("moved aside: " + again.movedAside());
    }
    if (point.notKeptCount() != 0
        || !store.store().shadows().compare(point.id(), target, Progress.NONE).equal()) {
      throw new IllegalStateException("not all came back: " + point.notKept());
    }
  }

  @Test
  void deepTreesComeBack() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path target = directory.resolve("target");
    Trees.shell(
        source,
        """
        p=d; for i in $(seq 1 1600); do p=$p/d; done; mkdir -p $p && echo deep > $p/file
        """);
    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    Point point = store.capture(source);
    store.restore(point.id(), target);
    assertThat(store.store().shadows().compare(point.id(), target, Progress.NONE).equal()).isTrue();
    assertThat(Trees.shell(target, "find . -type f | wc -c")).isEqualTo("3209\n");
    Trees.shell(directory, "rm -rf source target");
  }

  /// Further below than any path can say.
  @Test
  void treesDeeperThanThePathsOfACallComeBack() throws IOException {
    assumeTrue(Linux.isAvailable(), "system calls need 64-bit Linux and native access");
    Path source = Files.createDirectory(directory.resolve("source"));
    Path target = directory.resolve("target");
    Trees.shell(
        source,
        """
        n=$(printf 'n%.0s' $(seq 60))
        for i in $(seq 100); do mkdir $n; echo $i > f; cd $n; done; echo deep > file
        """);
    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    Point point = store.capture(source);
    assertThat(point.notKeptCount()).isZero();
    store.restore(point.id(), target);
    assertThat(store.store().shadows().compare(point.id(), target, Progress.NONE).equal()).isTrue();
    String found = "find . -type f -printf '%f %d %s %T@\\n' | sort";
    assertThat(Trees.shell(target, found))
        .isEqualTo(Trees.shell(source, found))
        .contains("file 101 ");
    Trees.shell(directory, "rm -rf source target");
  }

  @Test
  void aTreeAsDeepAsCanBeComesBackAndADeeperOneIsRefused() throws IOException {
    assumeTrue(Linux.isAvailable(), "system calls need 64-bit Linux and native access");
    Path source = Files.createDirectory(directory.resolve("source"));
    Path target = directory.resolve("target");
    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    Point point;
    try (OpenTree tree = OpenTree.of(source)) {
      EntryAt bottom = tree.root();
      for (int i = 0; i < MAX_DEPTH; i++) {
        bottom = bottom.child("d");
        bottom.makeDirectory();
      }
      bottom.child("file").create(0, 0, 0, 0600).close();
      point = store.capture(source);
      EntryAt deeper = bottom.child("more");
      deeper.makeDirectory();
      assertThatThrownBy(() -> store.capture(source))
          .hasMessageContaining("/more': it is deeper than 4096 directories");
    }
    store.restore(point.id(), target);
    assertThat(store.store().shadows().compare(point.id(), target, Progress.NONE).equal()).isTrue();
    assertThat(Trees.shell(target, "find . -type f -printf '%d %s'")).isEqualTo("4097 0");
    Trees.shell(directory, "rm -rf source target");
  }

  /// A hard link is kept as the path of its first name, which takes 64 KiB at most.
  @Test
  void aFileWhoseFirstNameIsTooDeepToBeNamedComesBackByEachName() throws IOException {
    assumeTrue(Linux.isAvailable(), "such paths can be reached on 64-bit Linux only");
    Path source = Files.createDirectory(directory.resolve("source"));
    Path target = directory.resolve("target");
    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    byte[] content = Trees.random(1, 5000);
    Point point;
    try (OpenTree tree = OpenTree.of(source)) {
      EntryAt bottom = tree.root();
      for (int i = 0; i < 300; i++) {
        bottom = bottom.child("d".repeat(250));
        bottom.makeDirectory();
      }
      EntryAt first = bottom.child("first");
      try (NewFile made = first.create(0, 0, 0, 0600)) {
        made.write(content, 0, content.length);
        made.end();
      }
      tree.root().child("second").link(first);
      tree.root().child("third").link(first);
      point = store.capture(source);
    }
    store.restore(point.id(), target);
    assertThat(store.store().shadows().compare(point.id(), target, Progress.NONE).equal()).isTrue();
    assertThat(target.resolve("second")).hasBinaryContent(content);
    assertThat(Trees.shell(target, "find . -type f -printf '%f %n %s\\n' | sort"))
        .isEqualTo("first 1 5000\nsecond 2 5000\nthird 2 5000\n");
    Trees.shell(directory, "rm -rf source target");
  }

  @Test
  void differencesNameOddPathsSoThatTheyCanBeReadBack() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    Point point = store.capture(source);
    Trees.shell(source, "echo 1 > $'a\\nb\\xff\\xc3\\xbc\\\\'");
    var comparison = store.store().shadows().compare(point.id(), source, Progress.NONE);
    assertThat(comparison.added()).containsExactly("a\\x0ab\\xffü\\x5c");
    assertThat(RawName.parse(comparison.added().getFirst()).getBytes(ISO_8859_1))
        .containsExactly('a', '\n', 'b', 0xff, 0xc3, 0xbc, '\\');
  }

  @Test
  void displayedNamesReadBackToTheSameBytes() {
    java.util.Random random = new java.util.Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(12)];
      random.nextBytes(bytes);
      String raw = new String(bytes, ISO_8859_1);
      assertThat(RawName.parse(RawName.display(raw))).isEqualTo(raw);
    }
  }
}
