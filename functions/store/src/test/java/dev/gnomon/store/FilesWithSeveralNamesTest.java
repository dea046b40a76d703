package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How often the end of a restore reads files of the target that have several names.
class FilesWithSeveralNamesTest {
  @TempDir Path temp;
  private final List<String> opened = Collections.synchronizedList(new ArrayList<>());
  private final StoreFixture store =
      StoreFixture.on(
          new InMemoryObjectStore(),
          StoreSettings.DEFAULT.withFiles(file -> {
            opened.add(file.name());
            return SourceFiles.DIRECT.open(file);
          }));
  private Path source = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void directories() throws IOException {
    source = Files.createDirectory(temp.resolve("source"));
    target = temp.resolve("target");
  }

  /// What its end opened is kept.
  private void restore(Point point) {
    RestoreRequest request =
        new RestoreRequest(point.id(), target, CaptureRequest.DEFAULT_PART_BYTES);
    for (Part part : store.plan(point.id(), target).parts()) {
      RestoreReport ignored = store.store().restorer().restorePart(request, part, Progress.NONE);
    }
    opened.clear();
    RestoreReport ignored = store.store().restorer().finish(request);
    assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
  }

  @Test
  void aReplacedFileIsReadOnceForAllOfItsNames() {
    Trees.shell(source, "echo new > a; ln a b; ln a c; mkdir d; ln a d/e");
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(target, "echo 'something else' > a");

    restore(point);

    assertThat(opened).hasSize(1);
  }

  @Test
  void aFileThatKeepsANameIsNotReadForTheOthers() {
    Trees.shell(source, "echo same > a; cp -p a b; cp -p a c; echo x > x; ln x y");
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(target, "ln -f a b; ln -f a c; ln -f a y");

    restore(point);

    assertThat(opened).isEmpty();
  }

  @Test
  void eachOfTwoReplacedFilesIsRead() {
    Trees.shell(source, "echo new > a; ln a b; ln a c");
    Point point = store.capture(source);
    store.restore(point.id(), target);
    Trees.shell(target, "echo 'old 1' > a; echo 'old 2' > other; ln -f other c; ln other extra");

    restore(point);

    assertThat(opened).containsExactly("b", "c");
  }
}
