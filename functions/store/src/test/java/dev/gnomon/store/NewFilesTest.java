package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.shadow.Point;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.RawAttributes;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
      AccessLists.give(
          inherits,
          AccessLists.DEFAULT,
          extended ? AccessLists.ofOwnerAndUser1000() : AccessLists.ofOwner());
      Trees.shell(inherits, "touch new");
      assertThat(Trees.shell(inherits, "stat -c %a new").strip()).isNotEqualTo("644");

      store.restore(point.id(), inherits);

      assertThat(described(inherits)).isEqualTo(described(source));
      for (String name : Trees.shell(inherits, "ls").lines().toList()) {
        assertThat(attributes(inherits, name)).as(name).isEmpty();
      }
    }
  }

  @Test
  void aFileWithAnAccessListIsForItsOwnerOnlyWhileItIsWritten() throws IOException {
    for (int i = 0; i < 16; i++) {
      Path file = Trees.write(source.resolve("f" + i), Trees.random(i, 1_500_000));
      AccessLists.give(file, AccessLists.ACCESS, AccessLists.readableByUser1000());
    }
    assertThat(Trees.shell(source, "stat -c %a f0")).isEqualTo("640\n");
    InMemoryObjectStore objects = new InMemoryObjectStore();
    Set<String> modes = ConcurrentHashMap.newKeySet();
    StoreFixture watched =
        StoreFixture.on(
            new ForwardingObjectStore(objects) {
              @Override
              protected void calls(String call, Object on) {
                if (Files.exists(target)) {
                  String begun = "find . -name '.gnomon-tmp*' -size -1500000c -printf '%m\\n'";
                  Trees.shell(target, begun + " 2>/dev/null || true").lines().forEach(modes::add);
                }
              }
            });
    Point point = watched.capture(source);

    watched.restore(point.id(), target);

    assertThat(modes).containsExactly("600");
    assertThat(described(target)).isEqualTo(described(source));
    assertThat(AccessLists.of(target.resolve("f9"))).contains(AccessLists.readableByUser1000());
  }

  @Test
  void anAccessListComesBackWithItsModeToWhatIsThere() throws IOException {
    for (String name : List.of("file", "directory")) {
      Path entry = source.resolve(name);
      Trees.shell(source, name.equals("file") ? "echo x > file" : "mkdir directory");
      AccessLists.give(entry, AccessLists.ACCESS, AccessLists.readableByUser1000());
      Trees.shell(source, "chmod u+s " + name);
    }
    Point point = store.capture(source);
    store.restore(point.id(), target);
    for (String name : List.of("file", "directory")) {
      AccessLists.take(target.resolve(name));
    }
    Trees.shell(target, "chmod 777 file directory");

    store.restore(point.id(), target);

    assertThat(described(target)).isEqualTo(described(source));
    for (String name : List.of("file", "directory")) {
      assertThat(AccessLists.of(target.resolve(name))).contains(AccessLists.readableByUser1000());
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
}
