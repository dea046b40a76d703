package dev.gnomon.bench.garbage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.Failure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GarbageBenchTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private String run(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(GarbageBench.NAME));
    all.addAll(List.of(words));
    GarbageBench.run(all, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void findsTheTenthOfTheChunksThatNobodyNeeds() throws Exception {
    JsonNode told = Json.MAPPER.readTree(run("--chunks", "110_000", "--json"));

    assertThat(told.path("chunks").asLong()).isEqualTo(110_000);
    assertThat(told.path("deadPacks").asLong()).isPositive();
    assertThat(told.path("packs").asLong()).isGreaterThan(told.path("deadPacks").asLong() * 8);
    assertThat(told.path("seconds").asDouble()).isPositive();
    assertThat(told.path("peakMemoryMiB").asLong()).isNotZero();
  }

  @Test
  void explainsItselfAndMeasuresNothing() throws Exception {
    assertThat(run("--help")).contains("--chunks").doesNotContain("seconds");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--frob", "--chunks", "--chunks=0", "--chunks=2000000000", "--chunks=x"})
  void refusesWordsThatItDoesNotKnow(String word) {
    assertThatThrownBy(() -> run(word))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.exitCode()).isEqualTo(Failure.WRONG_USE));
    assertThat(out.size()).isZero();
  }
}
