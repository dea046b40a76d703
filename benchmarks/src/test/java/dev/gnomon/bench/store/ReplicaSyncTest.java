package dev.gnomon.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeDigest;
import dev.gnomon.bench.work.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaSyncTest {
  @TempDir Path pristine;
  @TempDir Path tree;
  @TempDir Path directory;
  private Ground ground;
  private int runs;

  @BeforeEach
  void fill() throws Exception {
    for (int i = 0; i < 200; i++) {
      Files.writeString(pristine.resolve("f" + i), "content " + i);
    }
    ground = Ground.of(pristine, tree);
  }

  private ProgramRun copied(Path from, Path to) throws IOException {
    Trees.delete(to);
    Files.createDirectory(to);
    Trees.copy(from, Set.of(), to);
    return ran();
  }

  private ProgramRun ran() {
    Program program = new Program(List.of("sync"), directory, Map.of());
    runs++;
    return new ProgramRun(program, 0, runs, "", "", OptionalDouble.empty(), OptionalDouble.empty());
  }

  @Test
  void timesTheRunThatBringsTheEditsAndLeavesTheTreeAsItWas() throws Exception {
    Path replica = directory.resolve("replica");

    ProgramRun run = new ReplicaSync("ours", ground, this::copied).run(replica, 0);

    assertThat(run.seconds()).isEqualTo(2);
    assertThat(ground.digest().differenceTo(TreeDigest.of(tree))).isEmpty();
    assertThat(ground.digest().differenceTo(TreeDigest.of(replica)).orElseThrow())
        .startsWith("2 entries differ");
  }

  @Test
  void whoBringsNothingHasNoFigure() {
    ReplicaSync lazy =
        new ReplicaSync("ours", ground, (from, to) -> runs == 0 ? copied(from, to) : ran());

    assertThatThrownBy(() -> lazy.run(directory.resolve("replica"), 0))
        .isInstanceOf(RoundFailedException.class)
        .hasMessageContaining("full-sync left the wrong content");
  }
}
