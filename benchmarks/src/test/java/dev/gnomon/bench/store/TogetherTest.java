package dev.gnomon.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.bench.harness.Readings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TogetherTest {
  @TempDir Path directory;

  @Test
  void readsWhatAllReadAndOfTheSameTheGreatest() throws Exception {
    Together together =
        new Together(
            List.of(
                own -> Readings.NONE.with("first", 1).with("peak", 30),
                own -> Readings.NONE.with("second", 2).with("peak", 20)));

    assertThat(together.round(directory).values())
        .isEqualTo(Map.of("first", 1.0, "second", 2.0, "peak", 30.0));
  }

  @Test
  void givesEachAnEmptyDirectory() throws Exception {
    Together together =
        new Together(
            List.of(
                own -> {
                  Files.writeString(own.resolve("left"), "behind");
                  return Readings.NONE;
                },
                own -> {
                  assertThat(own).isEmptyDirectory();
                  return Readings.NONE.with("looked", 1);
                }));

    assertThat(together.round(directory).values()).containsKey("looked");
  }
}
