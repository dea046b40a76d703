package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What an undo point can't hold, for its attributes are too many, is named by it and not destroyed
/// by the restore after it.
class UnkeepableEntriesTest {
  private static final int TOO_MANY = ManyAttributes.MOST + 1;
  private static final String UNREAD = "can't be read: " + ManyAttributes.FAULT;
  private static final String WITHOUT = "kept without its attributes: " + ManyAttributes.FAULT;

  private final StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
  @TempDir Path temp;
  private Path source = Path.of("");

  @BeforeEach
  void inMemory() throws IOException {
    source = ManyAttributes.directory(temp);
    Trees.shell(
        source, "mkdir dir; echo old > file; echo old > dir/file; ln -s file link; ln file name");
  }

  @AfterEach
  void tidy() {
    ManyAttributes.delete(source);
  }

  private Point undo() {
    return store.capture(StoreFixture.request(source, "undo", PointKind.UNDO, OnChange.RETRY));
  }

  private void loaded(String path) throws IOException {
    ManyAttributes.load(source.resolve(path), TOO_MANY);
  }

  /// Where a restore moved the only thing that it moved.
  private Path aside(RestoreReport report, String path) {
    assertThat(report.movedAside()).singleElement().asString().startsWith(path + " (now '");
    String moved = report.movedAside().getFirst();
    return Path.of(moved.substring(moved.indexOf('\'') + 1, moved.lastIndexOf('\'')));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo new > dir/file", "chmod 600 dir/file", "true"})
  void aFileIsMovedAsideInsteadOfReplacedOrStripped(String change) throws IOException {
    Point good = store.capture(source);
    Trees.shell(source, change);
    loaded("dir/file");
    String content = Files.readString(source.resolve("dir/file"));
    assertThat(undo().notKept()).containsExactly(new Point.NotKept("dir/file", UNREAD));

    RestoreReport report = store.restore(good.id(), source);

    assertThat(source.resolve("dir/file")).hasContent("old\n");
    assertThat(ManyAttributes.count(source.resolve("dir/file"))).isZero();
    Path aside = aside(report, "dir/file");
    assertThat(aside).hasContent(content);
    assertThat(ManyAttributes.count(aside)).isEqualTo(TOO_MANY);
    assertThat(store.store().shadows().compare(good.id(), source, Progress.NONE).equal()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "extra, echo new > extra",
    "extra, ln -s new extra",
    "dir, rm -r dir; echo new > dir",
    "link, rm link; echo new > link",
    "link, ln -sfn other link",
    "link, true",
    "dir/file, ln -sf other dir/file",
    "name, rm name; echo new > name"
  })
  void whatStandsWhereThePointHasNothingOrSomethingElseIsMovedAside(String path, String change)
      throws IOException {
    Point good = store.capture(source);
    String before = Trees.describe(source);
    Trees.shell(source, change);
    loaded(path);
    boolean link = Files.isSymbolicLink(source.resolve(path));
    assertThat(undo().notKept()).containsExactly(new Point.NotKept(path, UNREAD));

    RestoreReport report = store.restore(good.id(), source);

    assertThat(Trees.describe(source)).isEqualTo(before);
    Path aside = aside(report, path);
    assertThat(Files.isSymbolicLink(aside)).isEqualTo(link);
    assertThat(ManyAttributes.count(aside)).isEqualTo(TOO_MANY);
  }

  @Test
  void aDirectoryKeepsItsAttributesAndIsNamed() throws IOException {
    Point good = store.capture(source);
    Trees.shell(source, "echo new > dir/file; touch -r dir time");
    loaded("dir");
    Trees.shell(source, "touch -r time dir; rm time");
    assertThat(store.store().shadows().compare(good.id(), source, Progress.NONE).changed())
        .contains("dir", "dir/file");
    Trees.shell(source, "chmod 700 dir");
    Point undo = undo();
    assertThat(undo.notKept()).containsExactly(new Point.NotKept("dir", WITHOUT));
    assertThat(store.plan(good.id(), source).impossible())
        .containsExactly(
            "'dir' has more extended attributes than any point can keep: take some away first");

    assertThatThrownBy(() -> store.restore(good.id(), source))
        .isInstanceOf(IncompleteRestoreException.class)
        .hasMessageContaining("all content is restored, but 1 owners or attributes are not set")
        .hasMessageContaining("'" + source.resolve("dir") + "': ")
        .hasMessageContaining(ManyAttributes.FAULT);

    assertThat(source.resolve("dir/file")).hasContent("old\n");
    assertThat(Trees.shell(source, "stat -c %a dir")).isEqualTo("755\n");
    assertThat(ManyAttributes.count(source.resolve("dir"))).isEqualTo(TOO_MANY);
    Path other = Files.createDirectory(temp.resolve("other"));
    store.restore(undo.id(), other);
    assertThat(other.resolve("dir/file")).hasContent("new\n");
  }

  @Test
  void aDirectoryWithMoreAttributesThanTheSystemListsKeepsThem() throws IOException {
    Point good = store.capture(source);
    Trees.shell(source, "echo new > dir/file");
    String dir = source.resolve("dir").toString();
    String last = "trusted." + "a".repeat(240);
    for (int i = 0; i < 300; i++) {
      ManyAttributes.give(source.resolve("dir"), "%s%03d".formatted(last, i));
    }

    assertThatThrownBy(() -> store.restore(good.id(), source))
        .isInstanceOf(IncompleteRestoreException.class)
        .hasMessageContaining("'" + dir + "': ")
        .hasMessageContaining("it has more extended attributes than the system lists");

    assertThat(source.resolve("dir/file")).hasContent("old\n");
  }

  @Test
  void allNamesOfAFileAreMovedAside() throws IOException {
    Trees.shell(source, "ln file third");
    Point good = store.capture(source);
    String before = Trees.describe(source);
    Trees.shell(source, "echo new > file");
    loaded("file");

    RestoreReport report = store.restore(good.id(), source);

    assertThat(Trees.describe(source)).isEqualTo(before);
    assertThat(report.movedAside())
        .extracting(moved -> moved.substring(0, moved.indexOf(' ')))
        .containsExactlyInAnyOrder("file", "name", "third");
  }

  @Test
  void anExtraDirectoryIsMovedAsideOnceItIsEmpty() throws IOException {
    Point good = store.capture(source);
    String before = Trees.describe(source);
    Trees.shell(source, "mkdir -p extra/below; echo new > extra/below/file");
    loaded("extra");
    assertThat(undo().notKept()).containsExactly(new Point.NotKept("extra", WITHOUT));

    RestoreReport report = store.restore(good.id(), source);

    assertThat(Trees.describe(source)).isEqualTo(before);
    Path aside = aside(report, "extra");
    assertThat(aside).isEmptyDirectory();
    assertThat(ManyAttributes.count(aside)).isEqualTo(TOO_MANY);
  }

  @Test
  void theSourceItselfKeepsItsAttributesAndIsNamed() throws IOException {
    Point good = store.capture(source);
    Trees.shell(source, "echo new > file");
    ManyAttributes.load(source, TOO_MANY);
    Point undo = undo();
    assertThat(undo.notKept()).containsExactly(new Point.NotKept(".", WITHOUT));

    assertThatThrownBy(() -> store.restore(good.id(), source))
        .isInstanceOf(IncompleteRestoreException.class)
        .hasMessageContaining("'" + source + "': ");

    assertThat(source.resolve("file")).hasContent("old\n");
    assertThat(ManyAttributes.count(source)).isEqualTo(TOO_MANY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dir", "link", "file"})
  void anOrdinaryCaptureFailsOnTheVeryEntry(String path) throws IOException {
    loaded(path);

    assertThatThrownBy(() -> store.capture(source))
        .hasMessage("can't read '%s': %s".formatted(source.resolve(path), ManyAttributes.FAULT));
  }

  @Test
  void noNameOfAFileIsKeptAsALinkToOneThatIsNot() throws IOException {
    loaded("file");

    Point undo = undo(); // its part read the content, so that the attributes come later

    assertThat(undo.notKept())
        .containsExactly(new Point.NotKept("file", UNREAD), new Point.NotKept("name", UNREAD));
    Path other = temp.resolve("other");
    store.restore(undo.id(), other);
    assertThat(other.resolve("dir/file")).hasContent("old\n");
    assertThat(Files.exists(other.resolve("name"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }
}
