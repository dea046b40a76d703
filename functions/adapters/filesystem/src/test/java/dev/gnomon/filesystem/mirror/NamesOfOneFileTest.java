package dev.gnomon.filesystem.mirror;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Names of one file are names of one file in the replica too, whatever comes, goes and is written.
class NamesOfOneFileTest extends MirroredTree {
  private static void link(Path existing, Path name) {
    try {
      Files.createLink(name, existing);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
}
