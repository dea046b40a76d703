package dev.gnomon.filesystem.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random calls, killed at random effects, while a writer does what it can after each effect: makes
/// the directory, writes into it, replaces the placeholder by a directory or a file. The tree is
/// always found, and nothing that the writer was told is written is ever lost.
class FenceMovesPropertyTest {
  private static final int ROUNDS = 80;
  private static final int CALLS = 12;
  private static final ResourceName RESOURCE = new ResourceName("site");

  @TempDir Path temp;
  private SplittableRandom random;
  private Site site;
  private FenceNames names;
  private List<String> written;
  private int uid;
  private boolean canFix;

  @AfterEach
  void makeMutable() throws IOException {
    Site.makeMutable(temp);
  }

  @Test
  void treeAndStraysSurviveKillsAndWriters() throws IOException {
    long seed = Long.getLong("gnomon.seed", System.nanoTime());
    System.out.println("FenceMovesPropertyTest: -Dgnomon.seed=" + seed);
    uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      site = new Site(Files.createDirectory(temp.resolve("round" + round)));
      names = FenceNames.of(site.path.toString());
      written = new ArrayList<>();
      canFix = random.nextInt(3) > 0;
      Object tree = Files.getAttribute(site.path, "unix:ino");
      String told = "seed " + seed + ", round " + round;
      for (int call = 0; call < CALLS; call++) {
        randomCall(new Epoch(1 + call));
        assertKept(tree, told + ", call " + call);
      }
      moves(Integer.MAX_VALUE, false).lift(names, new Epoch(CALLS + 1));
      assertThat(Files.getAttribute(site.path, "unix:ino")).as(told).isEqualTo(tree);
      assertThat(site.names()).as(told).contains("site").noneMatch(name -> name.contains("fence"));
      assertKept(tree, told + ", end");
    }
  }

  private void randomCall(Epoch epoch) throws IOException {
    FenceMoves moves = moves(1 + random.nextInt(14), true);
    try {
      if (random.nextBoolean()) {
        moves.raise(names, RESOURCE, epoch);
      } else {
        moves.lift(names, epoch);
      }
    } catch (SteppedSyscalls.Killed e) {
      // And the next call finds what it left.
    }
  }

  private FenceMoves moves(int killAfter, boolean withWriter) {
    Runnable writer = withWriter && random.nextInt(3) > 0 ? this::write : () -> {};
    return new FenceMoves(
        new SteppedSyscalls(killAfter, random.nextInt(4) > 0, canFix, writer), uid);
  }

  private void write() {
    String name = "stray" + written.size();
    try {
      switch (random.nextInt(8)) {
        case 0 -> Files.createDirectories(site.path);
        case 1, 2 -> {
          Files.writeString(site.path.resolve(name), name);
          written.add(name);
        }
        case 3 -> {
          if (!names.location().equals(tree()) && Files.isDirectory(site.path)) {
            Files.delete(site.path);
            if (random.nextBoolean()) {
              Files.createDirectory(site.path);
              Files.writeString(site.path.resolve(name), name);
            } else {
              Files.writeString(site.path, name);
            }
            written.add(name);
          }
        }
        default -> {}
      }
    } catch (IOException e) {
      // Refused, so nothing that was promised.
    }
  }

  private Path tree() throws IOException {
    return switch (Standing.look(names, uid).tree()) {
      case AT_LOCATION -> names.location();
      case HIDDEN -> names.hidden();
      case NOWHERE -> throw new NoSuchFileException("the tree is nowhere: " + site.names());
    };
  }

  private void assertKept(Object inode, String told) throws IOException {
    Path tree = tree();
    assertThat(Files.getAttribute(tree, "unix:ino")).as(told).isEqualTo(inode);
    assertThat(tree.resolve("sub/deep/data")).as(told).hasContent("7");
    try (Stream<Path> all = Files.walk(site.parent)) {
      List<String> contents =
          all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .map(FenceMovesPropertyTest::content)
              .toList();
      assertThat(contents).as(told).containsAll(written);
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
