package dev.gnomon.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.verification.disks.OpenFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The calls against the kernel of this machine, seen by java.nio from the other side.
class CallsTest {
  @TempDir Path directory;
  private int at = -1;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
    at = Descriptors.openDirectory(directory);
  }

  @AfterEach
  void close() {
    if (at >= 0) {
      Descriptors.close(at);
    }
  }

  private int made(String name) throws IOException {
    return Descriptors.create(at, name, name);
  }

  @Test
  void aFileIsWrittenAndReadRelativeToItsDirectory() throws IOException {
    byte[] content = new byte[300_000];
    new java.util.Random(1).nextBytes(content);
    int file = made("file");
    FileContent.write(file, content, 0, content.length, "file");
    Inodes.permissions(file, 0640, "file");
    Inodes.time(file, 20_000_000_000L, 123_456_789, "file");
    Descriptors.close(file);

    assertThat(directory.resolve("file")).hasBinaryContent(content);
    Stat stat = Stat.of(at, "file", "file").orElseThrow();
    assertThat(stat.isFile()).isTrue();
    assertThat(stat.permissions()).isEqualTo(0640);
    assertThat(stat.size()).isEqualTo(content.length);
    assertThat(Instant.ofEpochSecond(stat.mtimeSeconds(), stat.mtimeNanos()))
        .isEqualTo(Files.getLastModifiedTime(directory.resolve("file")).toInstant());
    int again = Descriptors.openToRead(at, "file", "file");
    byte[] read = new byte[content.length];
    int filled = 0;
    int count = 0;
    while (count >= 0) {
      filled += count;
      count = FileContent.read(again, read, filled, read.length - filled, "file");
    }
    Descriptors.close(again);
    assertThat(filled).isEqualTo(content.length);
    assertThat(read).isEqualTo(content);
  }

  @Test
  void namesAreBytes() throws IOException {
    String name = "\u00ff\u00fe no text";
    Descriptors.close(made(name));
    Entries.makeDirectory(at, "dir", "dir");
    Entries.symlink("some//where/", at, "link", "link");

    assertThat(Entries.names(at, "")).containsExactly("dir", "link", name);
    assertThat(Entries.names(at, "")).as("again").hasSize(3);
    assertThat(Entries.directories(at, "")).containsExactly("dir");
    assertThat(Entries.target(at, "link", "link")).isEqualTo("some//where/");
    Entries.rename(at, name, at, "gr\u00c3\u00b6\u00c3\u009fe", name);
    try (var listed = Files.list(directory)) {
      assertThat(listed.map(RawName::of)).contains("gr\u00c3\u00b6\u00c3\u009fe");
    }
    assertThat(Entries.remove(at, "gr\u00c3\u00b6\u00c3\u009fe", "")).isTrue();
    assertThat(Entries.remove(at, "gr\u00c3\u00b6\u00c3\u009fe", "")).isFalse();
    assertThat(Entries.removeDirectory(at, "dir", "dir")).isTrue();
  }

  @Test
  void nothingIsReplacedWhereThatIsNotWanted() throws IOException {
    Files.writeString(directory.resolve("one"), "1");
    Files.writeString(directory.resolve("two"), "2");

    assertThatThrownBy(() -> Entries.renameToNew(at, "one", at, "two", "two"))
        .isInstanceOfSatisfying(
            CallFailed.class, fault -> assertThat(fault.errno()).isEqualTo(Errno.EEXIST));
    assumeTrue(Entries.exchange(at, "one", at, "two", ""), "this file system can't exchange");
    assertThat(directory.resolve("one")).hasContent("2");
    assertThat(directory.resolve("two")).hasContent("1");
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    Files.createDirectory(directory.resolve("real"));
    Files.createSymbolicLink(directory.resolve("link"), Path.of("real"));

    assertThat(Stat.of(at, "link", "link").orElseThrow().isSymlink()).isTrue();
    assertThatThrownBy(() -> Descriptors.openDirectory(at, "link", "link"))
        .isInstanceOfSatisfying(CallFailed.class, fault -> assertThat(fault.isGone()).isTrue());
    assertThat(Stat.of(at, "none", "none")).isEmpty();
  }

  @Test
  void attributesAreSetAndTaken() throws IOException {
    Descriptors.close(made("file"));
    byte[] value = "blue".getBytes(StandardCharsets.UTF_8);
    try {
      RawAttributes.attribute(at, "file", "user.gr\u00fc\u00dfe", value, "file");
    } catch (CallFailed e) {
      assumeTrue(e.errno() != Errno.EOPNOTSUPP, "this file system keeps no extended attributes");
      throw e;
    }
    SortedMap<String, byte[]> taken =
        RawAttributes.attributes(at, "file", "file", value.length).orElseThrow();
    assertThat(taken).containsOnlyKeys("user.gr\u00fc\u00dfe");
    assertThat(taken.get("user.gr\u00fc\u00dfe")).isEqualTo(value);
    assertThat(RawAttributes.attributes(at, "file", "file", value.length - 1)).isEmpty();
    RawAttributes.removeAttribute(at, "file", "user.gr\u00fc\u00dfe", "file");
    RawAttributes.removeAttribute(at, "file", "user.gr\u00fc\u00dfe", "file");
    int file = Descriptors.openToRead(at, "file", "file");
    assertThat(RawAttributes.hasNone(file)).isTrue();
    Descriptors.close(file);
  }

  @Test
  void holesAreFound() throws IOException {
    int file = made("file");
    FileContent.position(file, 1 << 20, "file");
    FileContent.write(file, new byte[] {1}, 0, 1, "file");
    FileContent.truncate(file, 4 << 20, "file");
    assumeTrue(FileContent.data(file, 0, "file") > 0, "this file system keeps no holes");

    assertThat(FileContent.data(file, 0, "file")).isBetween(1L, 1L << 20);
    assertThat(FileContent.hole(file, 1 << 20, "file")).isGreaterThan(1 << 20);
    assertThat(FileContent.data(file, 3 << 20, "file")).isEqualTo(FileContent.NO_MORE);
    Descriptors.close(file);
  }

  @ParameterizedTest
  @CsvSource({
    "2, java.nio.file.NoSuchFileException",
    "13, java.nio.file.AccessDeniedException",
    "17, java.nio.file.FileAlreadyExistsException",
    "20, java.nio.file.NotDirectoryException",
    "39, java.nio.file.DirectoryNotEmptyException",
    "28, java.nio.file.FileSystemException"
  })
  void faultsAreThoseOfJava(int errno, Class<? extends FileSystemException> kind) {
    CallFailed fault = new CallFailed("open", "a/\u00ff", errno);

    assertThat(fault.asFileSystemException()).isExactlyInstanceOf(kind).hasCause(fault);
    assertThat(fault.asFileSystemException().getFile()).isEqualTo("a/\\xff");
    assertThat(fault).hasMessageStartingWith("can't open 'a/\\xff': ");
  }

  @Test
  void theKernelSaysTheSameAsJava() throws IOException {
    Files.createDirectories(directory.resolve("dir/full"));
    Files.writeString(directory.resolve("file"), "");
    for (Class<?> kind :
        List.of(
            NoSuchFileException.class,
            NotDirectoryException.class,
            FileAlreadyExistsException.class,
            DirectoryNotEmptyException.class)) {
      assertThatThrownBy(() -> provoke(kind))
          .isInstanceOfSatisfying(
              CallFailed.class,
              fault -> assertThat(fault.asFileSystemException()).isExactlyInstanceOf(kind));
    }
  }

  private void provoke(Class<?> kind) throws IOException {
    if (kind == NoSuchFileException.class) {
      int ignored = Descriptors.openToRead(at, "none", "none");
    } else if (kind == NotDirectoryException.class) {
      int ignored = Descriptors.openDirectory(at, "file", "file");
    } else if (kind == FileAlreadyExistsException.class) {
      Entries.makeDirectory(at, "dir", "dir");
    } else {
      boolean ignored = Entries.removeDirectory(at, "dir", "dir");
    }
  }

  @Test
  void callsThatFailLeaveNothingOpen() throws IOException {
    Files.writeString(directory.resolve("file"), "content");
    Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
    Entries.makeDirectory(at, "dir", "dir");
    List<String> before = OpenFiles.below(directory);
    for (ThrowingCallable fails :
        List.<ThrowingCallable>of(
            () -> Inodes.permissions(at, "link", 0600, "link"), // held, and looked at
            () -> Inodes.permissions(at, "none", 0600, "none"),
            () -> Inodes.flags(directory.resolve("file")),
            () -> Inodes.flags(Path.of("/proc")), // opened, and has none
            () -> Inodes.setFlags(Path.of("/proc"), Inodes.FS_IMMUTABLE_FL, true),
            () -> FileContent.sync(RawName.ofAbsolute(directory.resolve("none"))),
            () -> Descriptors.create(at, "file", "file"),
            () -> Descriptors.openToUpdate(at, "dir", "dir"),
            () -> Descriptors.openToRead(at, "link", "link"),
            () -> Descriptors.openDirectory(at, "link", "link"),
            () -> Descriptors.holdDirectory(at, "file", "file"))) {
      assertThatThrownBy(fails).isInstanceOf(CallFailed.class);
    }
    Inodes.permissions(at, "dir", 0700, "dir");
    FileContent.sync(RawName.ofAbsolute(directory));

    assertThat(OpenFiles.below(directory)).isEqualTo(before);
    assertThat(OpenFiles.below(Path.of("/proc"))).allMatch(open -> open.endsWith("/fd"));
  }

  @Test
  void errorsHaveTheWordsOfTheSystem() {
    assertThat(Errno.reason(Errno.EFBIG)).isEqualTo("File too large");
    assertThat(Errno.reason(Errno.EBUSY)).isEqualTo("Device or resource busy");
    assertThat(Errno.reason(Errno.EMLINK)).isEqualTo("Too many links");
    assertThat(Errno.reason(999)).isEqualTo("error 999");
  }

  @Test
  void timesBeyondALongAreItsEnds() {
    assertThat(Stat.nanos(1, 5)).isEqualTo(1_000_000_005L);
    assertThat(Stat.nanos(-1, 5)).isEqualTo(-999_999_995L);
    assertThat(Stat.nanos(20_000_000_000L, 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(Stat.nanos(-20_000_000_000L, 0)).isEqualTo(Long.MIN_VALUE);
  }
}
