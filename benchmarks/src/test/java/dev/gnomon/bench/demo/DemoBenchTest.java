package dev.gnomon.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Scripts;
import dev.gnomon.bench.work.TreeSize;
import dev.gnomon.bench.work.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoBenchTest {
  @TempDir Path directory;
  private Path root;
  private Path tree;
  private Workplace workplace;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    tree = Files.createDirectories(directory.resolve("tree/sub")).getParent();
    Files.writeString(tree.resolve("a"), "12345");
    Files.writeString(tree.resolve("sub/b"), "1234");
    workplace = Workplace.in(directory, "");
  }

  @AfterEach
  void close() {
    workplace.close();
  }

  private Contest prepare(Optional<Path> path, Map<String, Path> peers, String searchPath)
      throws Exception {
    return new DemoBench().prepare(new Setting(root, path, peers, searchPath, workplace));
  }

  private Contest prepare() throws Exception {
    return prepare(Optional.of(tree), Map.of(), "");
  }

  private Readings round(Contestant contestant) throws Exception {
    return contestant.round(workplace.fresh("round"));
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(root.resolve("calls"));
  }

  @Test
  void readsWhatTheDemoSaysInSeconds() throws Exception {
    FakePrograms.launcher(root, FakePrograms.says(FakePrograms.DEMO_JSON));

    Readings readings = round(prepare().ours());

    assertThat(readings.values())
        .containsEntry("shadow", 1.5)
        .containsEntry("event-to-switch", 0.08)
        .containsEntry("event-to-frozen", 0.0405)
        .containsEntry("restore", 0.75)
        .containsKey("whole-process");
    assertThat(calls()).containsExactly("--version", "demo --json --path " + tree);
  }

  @Test
  void givesEverybodyACopyOfTheSourcesIfNoDirectoryWasNamed() throws Exception {
    FakePrograms.launcher(root, FakePrograms.says(FakePrograms.DEMO_JSON));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.createDirectories(root.resolve(".git/objects"));
    Files.createDirectories(root.resolve("core/target/classes"));
    Files.writeString(root.resolve("core/target/classes/A.class"), "x");

    Contest contest = prepare(Optional.empty(), Map.of(), "");
    round(contest.ours());

    Path copy = Path.of(calls().getLast().replace("demo --json --path ", ""));
    assertThat(copy).isNotEqualTo(root);
    assertThat(copy.resolve("pom.xml")).hasContent("<project/>");
    assertThat(copy.resolve("core")).isEmptyDirectory();
    assertThat(copy.resolve(".git")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo 'port in use' >&2; exit 1",
        "echo 'Started in 3 s'; exit 0",
        "exit 0",
        "echo '{\"verified\": true}'",
        "echo '{\"verified\": true, \"shadowSeconds\": \"quick\"}'",
        "echo '{\"verified\": true, \"shadowSeconds\": -1}'",
      })
  void aDemoThatFailsOrTellsNothingUsableHasNoFigures(String demo) throws Exception {
    FakePrograms.launcher(root, demo);
    Contest contest = prepare();

    assertThatThrownBy(() -> round(contest.ours()))
        .isInstanceOf(RoundFailedException.class)
        .hasMessageStartingWith("gnomon demo ");
  }

  @Test
  void aDemoThatVerifiedNothingHasNoFigures() throws Exception {
    FakePrograms.launcher(
        root,
        FakePrograms.says(
            FakePrograms.DEMO_JSON.replace("\"verified\": true", "\"verified\": false")));
    Contest contest = prepare();

    assertThatThrownBy(() -> round(contest.ours())).hasMessageContaining("verif");
  }

  @Test
  void aLauncherThatCannotStartEndsThePreparation() {
    assertThatThrownBy(this::prepare).isInstanceOf(RoundFailedException.class);
  }

  @Test
  void resticIsAbsentWhereItIsNotOnThePath() throws Exception {
    FakePrograms.launcher(root, "exit 0");

    Contest contest = prepare();

    assertThat(contest.peers()).singleElement().isInstanceOf(Peer.Absent.class);
    assertThat(contest.input()).hasValue(new TreeSize(2, 9));
  }

  @Test
  void resticOnThePathBacksUpAndRestoresTheSameFiles() throws Exception {
    FakePrograms.launcher(root, "exit 0");
    Path restic = FakePrograms.restic(directory.resolve("bin/restic"));

    Contest contest =
        prepare(Optional.of(tree), Map.of(), directory + "/none:" + restic.getParent());

    Peer.Present present = (Peer.Present) contest.peers().getFirst();
    assertThat(present.version()).isEqualTo("0.14.0");
    assertThat(round(present.contestant()).values()).containsOnlyKeys("shadow", "restore");
  }

  @Test
  void resticMayBeNamedByTheUser() throws Exception {
    FakePrograms.launcher(root, "exit 0");
    Path restic = FakePrograms.restic(directory.resolve("bin/another-name"));

    Contest contest = prepare(Optional.of(tree), Map.of("restic", restic), "");

    assertThat(contest.peers()).singleElement().isInstanceOf(Peer.Present.class);
  }

  @Test
  void aResticThatDoesNotTellItsVersionIsBroken() throws Exception {
    FakePrograms.launcher(root, "exit 0");
    Path restic =
        Scripts.script(directory.resolve("bin/restic"), "echo 'no library' >&2; exit 127");

    Contest contest = prepare(Optional.of(tree), Map.of("restic", restic), "");

    assertThat(contest.peers())
        .containsExactly(new Peer.Broken("restic", "restic version exited with 127: no library"));
  }

  @Test
  void aResticThatRestoresOnlyAPartHasNotDoneTheJob() throws Exception {
    FakePrograms.launcher(root, "exit 0");
    Path restic = FakePrograms.restic(directory.resolve("bin/restic"));
    Files.writeString(
        restic, Files.readString(restic).replace("data/.\" \"$5\"", "data/a\" \"$5\""));
    Contest contest = prepare(Optional.of(tree), Map.of("restic", restic), "");
    Peer.Present present = (Peer.Present) contest.peers().getFirst();

    assertThatThrownBy(() -> round(present.contestant()))
        .hasMessage("restic restored 1 files with 5 bytes, expected 2 with 9");
  }
}
