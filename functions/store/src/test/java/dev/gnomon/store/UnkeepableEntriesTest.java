package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an undo point can't hold, for its attributes are too many, is named by it and not destroyed
/// by the restore after it.
class UnkeepableEntriesTest {
  private static final int TOO_MANY = ManyAttributes.MOST + 1;
  private static final String UNREAD = "can't be read: " + ManyAttributes.FAULT;

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
