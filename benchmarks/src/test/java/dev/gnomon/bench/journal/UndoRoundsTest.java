package dev.gnomon.bench.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.RealGnomon;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Scripts;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndoRoundsTest {
  @TempDir Path directory;

  @Test
  void undoesInThisProcessAndAsAWholeProcess() throws Exception {
    try (Workplace workplace = Workplace.in(directory, System.getenv("PATH"))) {
      UndoRounds rounds = new UndoRounds(RealGnomon.in(workplace, directory), 200, 100);

      assertThat(rounds.round(workplace.fresh("round")).values())
          .containsOnlyKeys(UndoRounds.COLD, UndoRounds.IN_SERVICE)
          .allSatisfy((name, seconds) -> assertThat(seconds).isPositive());
    }
  }

  @Test
  void anUndoThatDidNothingIsNoFigure() throws Exception {
    try (Workplace workplace = Workplace.in(directory, System.getenv("PATH"))) {
      Path lazy = Scripts.script(directory.resolve("gnomon"), "exit 0");
      UndoRounds rounds = new UndoRounds(new Gnomon(workplace, lazy), 200, 100);

      assertThatThrownBy(() -> rounds.round(workplace.fresh("round")))
          .isInstanceOf(RoundFailedException.class)
          .hasMessageContaining("after the undo there remained");
    }
  }
}
