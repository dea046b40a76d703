package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.shadow.Point;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.RawAttributes;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// New files of a restore are as the point says, whatever the directory would make of them: modes
/// and owners of all kinds side by side, in directories that give files a group or an access list.
class NewFilesTest {
  private static final int[] MODES = {
    0644, 0600, 0640, 0755, 0444, 0400, 0000, 0777, 0666, 04755, 02755, 06711, 01644, 0007
  };
  private static final int[] OWNERS = {0, 0, 0, 1, 1000};

  private final long seed = Long.getLong("gnomon.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final StoreFixture store = StoreFixture.on(new InMemoryObjectStore());

  @TempDir Path temp;
  private Path source = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void directories() throws IOException {
    System.out.println("NewFilesTest: -Dgnomon.seed=" + seed);
    source = Files.createDirectory(temp.resolve("source"));
    target = temp.resolve("target");
    boolean root = Trees.shell(temp, "id -u").strip().equals("0");
    assumeTrue(root, "only root may give files to others");
  }

  private void files(Path directory, int count) throws IOException {
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int uid = OWNERS[random.nextInt(OWNERS.length)];
      int gid = OWNERS[random.nextInt(OWNERS.length)];
      int mode = MODES[random.nextInt(MODES.length)];
      script.append(
          "echo %d > f%d; chown %d:%d f%d; chmod %04o f%d\n".formatted(i, i, uid, gid, i, mode, i));
    }
    Trees.shell(directory, script.toString());
  }

  private String described(Path directory) {
    return Trees.shell(directory, "find . -mindepth 1 -printf '%p %y %m %U:%G %s %T@\\n' | sort");
  }

  @Test
  void inANewDirectoryAndInOneThatIsThere() throws IOException {
    Path own = Files.createDirectory(source.resolve("d"));
    files(own, 60);
    files(source, 40);
    Trees.shell(source, "chown 0:1000 d; chmod 2775 d");
    Point point = store.capture(source);

    store.restore(point.id(), target);
    assertThat(described(target)).isEqualTo(described(source));

    Trees.shell(target, "rm d/f?; rm f?"); // new files in a set-group-id directory
    store.restore(point.id(), target);
    assertThat(described(target)).isEqualTo(described(source));
  }

  @Test
  void inADirectoryWithADefaultAccessList() throws IOException {
    files(source, 30);
    Point point = store.capture(source);
    for (boolean extended : new boolean[] {false, true}) {
      Path inherits = Files.createDirectory(temp.resolve("inherits-" + extended));
      giveDefaultList(inherits, extended);
      Trees.shell(inherits, "touch new");
      assertThat(Trees.shell(inherits, "stat -c %a new").strip()).isNotEqualTo("644");

      store.restore(point.id(), inherits);

      assertThat(described(inherits)).isEqualTo(described(source));
      for (String name : Trees.shell(inherits, "ls").lines().toList()) {
        assertThat(attributes(inherits, name)).as(name).isEmpty();
      }
    }
  }

  private static String attributes(Path directory, String name) throws IOException {
    int open = Descriptors.openDirectory(directory);
    try {
      return String.join(
          " ", RawAttributes.attributes(open, name, name, 1 << 20).orElseThrow().keySet());
    } finally {
      Descriptors.close(open);
    }
  }

  /// What `setfacl -d` sets: user rwx, group ---, others ---; extended, also user 1000 rw-.
  private static void giveDefaultList(Path directory, boolean extended) throws IOException {
    ByteBuffer list = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
    entry(list, 0x01, 7, -1);
    if (extended) {
      entry(list, 0x02, 6, 1000);
    }
    entry(list, 0x04, 0, -1);
    if (extended) {
      entry(list, 0x10, 6, -1);
    }
    entry(list, 0x20, 0, -1);
    byte[] value = new byte[list.position()];
    list.flip().get(value);
    int open = Descriptors.openDirectory(directory);
    try {
      RawAttributes.attribute(open, ".", "system.posix_acl_default", value, "directory");
    } catch (CallFailed e) {
      assumeTrue(false, "this file system has no access lists: " + e.getMessage());
    } finally {
      Descriptors.close(open);
    }
  }

  private static void entry(ByteBuffer list, int tag, int permissions, int id) {
    list.putShort((short) tag).putShort((short) permissions).putInt(id);
  }
}
