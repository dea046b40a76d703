package dev.gnomon.filesystem.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a mirror remembers as equal, and when it does not.
class MirrorMemoryTest extends MirroredTree {
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
