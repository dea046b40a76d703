package dev.gnomon.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Scripts;
import dev.gnomon.bench.work.Workplace;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerProgramTest {
  @TempDir Path directory;

  private String version(String answer) throws Exception {
    try (Workplace workplace = Workplace.in(directory, "")) {
      Path program = Scripts.script(directory.resolve("peer"), "echo '" + answer + "'");
      return new PeerProgram("peer", program, workplace).version(directory, "--version");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"peer 1.2.3 (linux)", "peer version 1.2.3 of today", "peer 1.2.3"})
  void findsTheVersionInAnAnswer(String answer) throws Exception {
    assertThat(version(answer)).isEqualTo("1.2.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "peer", "peer version", "another 1.2.3"})
  void refusesAnAnswerWithoutNameAndVersion(String answer) {
    assertThatThrownBy(() -> version(answer))
        .isInstanceOf(RoundFailedException.class)
        .hasMessage("'peer --version' answered without its name and version");
  }
}
