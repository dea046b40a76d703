package dev.gnomon.filesystem.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The moves alone, killed after every single effect.
class FenceMovesTest {
  private static final ResourceName RESOURCE = new ResourceName("site");
  private static final Epoch FENCED = new Epoch(3);
  private static final Epoch SERVED = new Epoch(4);
  private static final int MAX_EFFECTS = 40;

  @TempDir Path temp;
  private int round;
  private int uid;

  private Site site;
  private FenceNames names;
  private Map<String, String> before;

  @BeforeEach
  void makeSite() throws IOException {
    uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    freshSite();
  }

  @AfterEach
  void makeMutable() throws IOException {
    Site.makeMutable(temp);
  }

  private void freshSite() throws IOException {
    Path dir = Files.createDirectories(temp.resolve("round" + round++));
    site = new Site(dir);
    names = FenceNames.of(site.path.toString());
    before = Site.recorded(site.path);
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void fenceAndReleaseLeaveNothingBehindAndChangeNothing(boolean canExchange, boolean canFix)
      throws IOException {
    FenceMoves moves = moves(SteppedSyscalls.withoutKill(canExchange, canFix));

    FenceMoves.Raised raised = moves.raise(names, RESOURCE, FENCED);

    assertThat(raised.loose().isEmpty()).isEqualTo(canFix && immutableFlagWorks());
    assertThat(site.names())
        .containsExactly(".site.gnomon-fence.json", ".site.gnomon-fenced", "site");
    assertThat(site.path).isEmptyDirectory();
    assertThat(Site.recorded(names.hidden())).isEqualTo(before);

    assertThat(moves.lift(names, SERVED)).isEmpty();

    assertThat(site.names()).containsExactly("site");
    assertThat(Site.recorded(site.path)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"true,true", "false,true", "true,false"})
  void killAnywhereInFenceIsRecoveredByAnyNextCall(boolean canExchange, boolean canFix)
      throws IOException {
    int kills = 0;
    for (int effect = 1; effect < MAX_EFFECTS && kills == 4 * (effect - 1); effect++) {
      for (String next : List.of("fence", "release", "fence release", "release fence")) {
        freshSite();
        FenceMoves killed = moves(new SteppedSyscalls(effect, canExchange, canFix));
        kills += killedIn(() -> killed.raise(names, RESOURCE, FENCED)) ? 1 : 0;
        assertThat(Site.recorded(content())).as("after effect %d", effect).isEqualTo(before);

        FenceMoves restarted = moves(SteppedSyscalls.withoutKill(canExchange, canFix));
        for (String call : next.split(" ")) {
          call(restarted, call);
        }

        assertEnd(next.endsWith("fence"), List.of(), "effect " + effect + " then " + next);
      }
    }
    assertThat(kills).isBetween(4 * 5, 4 * (MAX_EFFECTS - 2));
  }

  @ParameterizedTest
  @CsvSource({"true,true", "false,true", "true,false", "false,false"})
  void killAnywhereInReleaseIsRecoveredByAnyNextCall(boolean canExchange, boolean canFix)
      throws IOException {
    int kills = 0;
    for (String stray : List.of("none", "directory", "file", "in placeholder")) {
      int killsBefore = kills;
      for (int effect = 1;
          effect < MAX_EFFECTS && kills - killsBefore == 4 * (effect - 1);
          effect++) {
        for (String next : List.of("release", "fence", "fence release", "release release")) {
          freshSite();
          moves(SteppedSyscalls.withoutKill(canExchange, canFix)).raise(names, RESOURCE, FENCED);
          List<String> strays = makeStray(stray);
          FenceMoves killed = moves(new SteppedSyscalls(effect, canExchange, canFix));
          kills += killedIn(() -> killed.lift(names, SERVED)) ? 1 : 0;
          String told = "%s, effect %d then %s".formatted(stray, effect, next);
          assertThat(Site.recorded(content())).as(told).isEqualTo(before);

          FenceMoves restarted = moves(SteppedSyscalls.withoutKill(canExchange, canFix));
          List<Path> reported = List.of();
          for (String call : next.split(" ")) {
            reported = call(restarted, call);
          }

          assertEnd(next.endsWith("fence"), strays, told);
          if (!next.contains("fence") && !strays.isEmpty()) {
            assertThat(reported)
                .as(told)
                .containsExactly(names.parent().resolve(strays.getFirst()));
          }
        }
      }
    }
    assertThat(kills).isGreaterThanOrEqualTo(4 * 4 * 3);
  }

  @Test
  void fenceTakesAwayWhatCameBetweenMoveAndPlaceholder() throws IOException {
    FenceMoves moves = moves(SteppedSyscalls.withoutKill(true, true));
    moves.raise(names, RESOURCE, FENCED);
    makeStray("directory");

    moves.raise(names, RESOURCE, FENCED);

    assertThat(site.path).isEmptyDirectory();
    assertThat(names.strays(FENCED)).singleElement().satisfies(this::holdsStray);
  }

  @Test
  void severalStraysAreKeptApart() throws IOException {
    FenceMoves moves = moves(SteppedSyscalls.withoutKill(true, false));
    moves.raise(names, RESOURCE, FENCED);
    for (int i = 0; i < 11; i++) {
      makeStray("directory");
      moves.raise(names, RESOURCE, FENCED);
    }

    List<Path> strays = moves.lift(names, SERVED);

    assertThat(strays).hasSize(11);
    assertThat(strays.getFirst()).hasFileName(".site.gnomon-stray-3");
    assertThat(strays.getLast()).hasFileName(".site.gnomon-stray-3.11");
    assertThat(strays).allSatisfy(this::holdsStray);
    assertThat(names.strays(new Epoch(33))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stateFileThatIsLostOrDamagedLosesNothing(boolean lost) throws IOException {
    FenceMoves moves = moves(SteppedSyscalls.withoutKill(true, true));
    moves.raise(names, RESOURCE, FENCED);
    if (lost) {
      Files.delete(names.state());
    } else {
      Files.writeString(names.state(), "{\"version\":1,");
    }

    assertThat(Site.recorded(content())).isEqualTo(before);
    moves.raise(names, RESOURCE, FENCED);
    moves.lift(names, SERVED);

    assertEnd(false, List.of(), "lost state");
  }

  @Test
  void treeThatSomebodyBroughtBackByHandIsTheTree() throws IOException {
    FenceMoves moves = moves(SteppedSyscalls.withoutKill(true, true));
    moves.raise(names, RESOURCE, FENCED);
    new LinuxSyscalls().setImmutable(site.path, false);
    Files.delete(site.path);
    Files.move(names.hidden(), site.path);

    assertThat(content()).isEqualTo(site.path);
    assertThat(moves.lift(names, SERVED)).isEmpty();
    assertEnd(false, List.of(), "by hand");
  }

  @Test
  void treeThatIsEmptyAndReadOnlyIsNotTakenForAPlaceholder() throws IOException {
    Path empty = site.parent.resolve("empty");
    Syscalls real = new LinuxSyscalls();
    real.makePlaceholder(empty);
    Object inode = Files.getAttribute(empty, "unix:ino");
    FenceNames around = FenceNames.of(empty.toString());
    FenceMoves moves = moves(real);

    moves.raise(around, RESOURCE, FENCED);
    assertThat(Files.getAttribute(around.hidden(), "unix:ino")).isEqualTo(inode);
    moves.lift(around, SERVED);

    assertThat(Files.getAttribute(empty, "unix:ino")).isEqualTo(inode);
  }

  @Test
  void deletedTreeIsSaidAndNotReplacedByThePlaceholder() throws IOException {
    FenceMoves moves = moves(SteppedSyscalls.withoutKill(true, true));
    moves.raise(names, RESOURCE, FENCED);
    Files.move(names.hidden(), site.parent.resolve("taken-away"));

    assertThrows(NoSuchFileException.class, () -> moves.lift(names, SERVED));
    assertThat(Standing.look(names, uid).tree()).isEqualTo(Standing.Tree.NOWHERE);
  }

  @Test
  void symbolicLinkIsNotMoved() throws IOException {
    Path link = Files.createSymbolicLink(site.parent.resolve("current"), site.path);
    FenceNames around = FenceNames.of(link.toString());

    assertThrows(
        NotDirectoryException.class,
        () -> moves(new LinuxSyscalls()).raise(around, RESOURCE, FENCED));
    assertThat(site.names()).containsExactly("current", "site");
  }

  @Test
  void releaseOfWhatWasNeverFencedChangesNothing() throws IOException {
    assertThat(moves(new SteppedSyscalls(1, true, true)).lift(names, SERVED)).isEmpty();
    assertEnd(false, List.of(), "never fenced");
  }

  private List<Path> call(FenceMoves moves, String call) throws IOException {
    if (call.equals("fence")) {
      moves.raise(names, RESOURCE, FENCED);
      return List.of();
    }
    return moves.lift(names, SERVED);
  }

  private List<String> makeStray(String kind) throws IOException {
    if (kind.equals("none")) {
      return List.of();
    }
    new LinuxSyscalls().setImmutable(site.path, false);
    if (kind.equals("in placeholder")) {
      Files.setPosixFilePermissions(
          site.path, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
      Files.writeString(site.path.resolve("stray"), "written meanwhile");
    } else {
      Files.delete(site.path);
      if (kind.equals("directory")) {
        Files.createDirectory(site.path);
        Files.writeString(site.path.resolve("stray"), "written meanwhile");
      } else {
        Files.writeString(site.path, "written meanwhile");
      }
    }
    return List.of(".site.gnomon-stray-3");
  }

  private void holdsStray(Path stray) throws IOException {
    Path file =
        Files.isDirectory(stray, LinkOption.NOFOLLOW_LINKS) ? stray.resolve("stray") : stray;
    assertThat(file).hasContent("written meanwhile");
  }

  private void assertEnd(boolean fenced, List<String> strays, String told) throws IOException {
    List<String> expected = new ArrayList<>(strays);
    expected.add("site");
    if (fenced) {
      expected.add(".site.gnomon-fence.json");
      expected.add(".site.gnomon-fenced");
      assertThat(site.path).as(told).isEmptyDirectory();
    }
    assertThat(site.names()).as(told).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(Site.recorded(fenced ? names.hidden() : site.path)).as(told).isEqualTo(before);
    for (String stray : strays) {
      holdsStray(site.parent.resolve(stray));
    }
  }

  private Path content() throws IOException {
    return switch (Standing.look(names, uid).tree()) {
      case AT_LOCATION -> names.location();
      case HIDDEN -> names.hidden();
      case NOWHERE -> throw new AssertionError("the tree is nowhere: " + site.names());
    };
  }

  private FenceMoves moves(Syscalls calls) {
    return new FenceMoves(calls, uid);
  }

  private boolean immutableFlagWorks() {
    boolean works = new LinuxSyscalls().canSetImmutable(site.parent);
    if (!works) {
      System.out.println("partly skipped: the immutable flag can't be set here");
    }
    return works;
  }

  private interface Call {
    void run() throws IOException;
  }

  private static boolean killedIn(Call call) throws IOException {
    try {
      call.run();
      return false;
    } catch (SteppedSyscalls.Killed e) {
      return true;
    }
  }
}
