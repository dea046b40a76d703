package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.linux.Linux;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody who may write to a tree exchanges a directory of it for a symbolic link out of it while
/// it is restored or captured: at each file that is opened there, one run for each.
class ExchangedDirectoriesTest {
  private static final int MAX_OPENS = 60;

  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final AtomicInteger left = new AtomicInteger();
  private Path outside;

  @BeforeEach
  void onlyWithSystemCalls() throws IOException {
    assumeTrue(Linux.isAvailable(), "directories can be held open on 64-bit Linux only");
    outside = Files.createDirectory(directory.resolve("outside"));
    Trees.shell(
        outside,
        """
        mkdir -p deep gone; for i in 1 2 3; do echo precious > deep/$i; echo precious > $i; done
        echo precious > gone/x; echo precious > extra; ln -s nowhere link; ln extra hard
        """);
  }

  private static Path tree(Path root) throws IOException {
    Files.createDirectory(root);
    Trees.shell(
        root,
        """
        mkdir -p sub/deep; for i in 1 2 3; do echo $i > sub/deep/$i; echo $i > sub/$i; done
        ln -s there sub/link; ln sub/1 sub/hard; echo last > z
        """);
    return root;
  }

  /// Opens files, and exchanges a directory of a tree when so many were opened.
  private StoreSettings exchanging(Path tree, String exchanged, List<String> seen) {
    SourceFiles files =
        file -> {
          if (left.getAndDecrement() == 0) {
            exchange(tree.resolve(exchanged));
          }
          return telling(file, seen);
        };
    return StoreSettings.DEFAULT.withFiles(files);
  }

  private static InputStream telling(EntryAt file, List<String> seen) throws IOException {
    try (InputStream in = SourceFiles.DIRECT.open(file)) {
      byte[] content = in.readAllBytes();
      seen.add(new String(content, StandardCharsets.UTF_8).strip());
      return new ByteArrayInputStream(content);
    }
  }

  private void exchange(Path place) {
    try {
      Files.move(place, directory.resolve("taken"));
      Files.createSymbolicLink(place, outside.resolve(place.endsWith("deep") ? "deep" : ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "sub/deep"})
  void aRestoreLeavesWhatIsOutsideOfItsTargetAsItIs(String exchanged) throws IOException {
    Path source = tree(directory.resolve("source"));
    Point point = StoreFixture.on(objects).capture(source);
    String before = Trees.describe(outside);
    boolean opened = true;
    for (int open = 0; opened; open++) {
      assertThat(open).isLessThan(MAX_OPENS);
      Path target = tree(directory.resolve("target"));
      Trees.shell(
          target,
          """
          echo other > sub/deep/2; echo other > sub/2; rm sub/link; echo more > sub/extra; touch sub
          mkdir sub/gone; echo more > sub/gone/x; echo more > sub/deep/extra; chmod 600 sub/3
          """);
      left.set(Integer.MAX_VALUE);
      StoreFixture store =
          StoreFixture.on(objects, exchanging(target, exchanged, new CopyOnWriteArrayList<>()));
      left.set(open);
      try {
        store.restore(point.id(), target);
      } catch (UncheckedIOException e) { // its directory went away: that may be told
        assertThat(e).hasMessageContaining("sub");
      }
      opened = left.get() < 0;

      assertThat(Trees.describe(outside)).as("after %d opened", open).isEqualTo(before);
      left.set(-1);
      store.restore(point.id(), target);
      assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
      assertThat(Trees.describe(outside)).isEqualTo(before);
      Trees.shell(directory, "rm -rf target taken");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "sub/deep"})
  void aCaptureReadsNothingOutsideOfItsSource(String exchanged) throws IOException {
    boolean opened = true;
    for (int open = 0; opened; open++) {
      assertThat(open).isLessThan(MAX_OPENS);
      Path source = tree(directory.resolve("source"));
      List<String> seen = new CopyOnWriteArrayList<>();
      left.set(open);
      CaptureOutcome outcome =
          StoreFixture.on(new InMemoryObjectStore(), exchanging(source, exchanged, seen))
              .outcome(
                  new CaptureRequest(
                      "job-" + open,
                      StoreFixture.SITE,
                      source,
                      PointKind.COMMAND,
                      java.util.Optional.empty(),
                      List.of(),
                      OnChange.RETRY,
                      CaptureRequest.DEFAULT_PART_BYTES));
      opened = left.get() < 0;

      assertThat(outcome).isInstanceOf(CaptureOutcome.Taken.class);
      assertThat(seen).as("after %d opened", open).isNotEmpty().doesNotContain("precious");
      Trees.shell(directory, "rm -rf source taken");
    }
  }

  /// A part of a restore that finds a link where it knew a directory takes it for what it is.
  @Test
  void aRestoreAfterThePlanMeetsALinkAsAnEntry() throws IOException {
    Path source = tree(directory.resolve("source"));
    StoreFixture store = StoreFixture.on(objects);
    Point point = store.capture(source);
    Path target = tree(directory.resolve("target"));
    Trees.shell(target, "echo other > sub/deep/2");
    String before = Trees.describe(outside);
    RestoreRequest request =
        new RestoreRequest(point.id(), target, CaptureRequest.DEFAULT_PART_BYTES);
    var plan = store.store().restorer().plan(request, dev.gnomon.core.shadow.Progress.NONE);
    exchange(target.resolve("sub"));

    plan.parts()
        .forEach(part ->
            store
                .store()
                .restorer()
                .restorePart(request, part, dev.gnomon.core.shadow.Progress.NONE));
    store.store().restorer().finish(request);

    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    assertThat(Trees.describe(outside)).isEqualTo(before);
  }
}
