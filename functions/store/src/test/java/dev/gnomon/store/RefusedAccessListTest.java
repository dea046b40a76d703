package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Access lists come to a file system that has none.
class RefusedAccessListTest {
  private final StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
  @TempDir Path temp;
  private Path source = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void aTargetWithoutLists() throws IOException {
    source = Files.createDirectory(temp.resolve("source"));
    target = Files.createDirectory(temp.resolve("target"));
    String refused = Trees.shell(temp, "mount -t ramfs -o mode=755 ramfs target 2>&1 || true");
    if (!refused.isBlank()) {
      System.out.println("SKIPPED: no ramfs can be mounted here: " + refused);
    }
    assumeTrue(refused.isBlank(), "no ramfs can be mounted here: " + refused);
  }

  @AfterEach
  void unmount() {
    Trees.shell(temp, "if mountpoint -q target; then umount -l target; fi");
  }

  private String modes() {
    return Trees.shell(target, "stat -c %a directory file");
  }

  @Test
  void whatCantHaveItsListIsOpenToNobodyWhomTheListRefuses() throws IOException {
    Trees.shell(source, "echo secret > file; mkdir directory; echo x > plain; chmod 640 plain");
    for (String name : new String[] {"file", "directory"}) {
      AccessLists.give(source.resolve(name), AccessLists.ACCESS, AccessLists.readableByUser1000());
    }
    assertThat(Trees.shell(source, "stat -c %a directory file")).isEqualTo("640\n640\n");
    Point point = store.capture(source);

    assertRefused(point);

    assertThat(modes()).isEqualTo("600\n600\n");
    assertThat(target.resolve("file")).hasContent("secret\n");
    assertThat(Trees.shell(target, "stat -c %a plain")).isEqualTo("640\n");

    Trees.shell(target, "chmod 666 directory file"); // what is there only gets its mode
    assertRefused(point);
    assertThat(modes()).isEqualTo("600\n600\n");
  }

  private void assertRefused(Point point) {
    assertThatThrownBy(() -> store.restore(point.id(), target))
        .isInstanceOf(IncompleteRestoreException.class)
        .hasMessageContaining(AccessLists.ACCESS);
  }
}
