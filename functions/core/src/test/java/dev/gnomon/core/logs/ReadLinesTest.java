package dev.gnomon.core.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadLinesTest {
  private final ReadLines lines = new ReadLines(Map.of("job", "shop"), 1_000);

  @Test
  void whatIsOverTheLimitIsCountedAndNotHeld() {
    lines.text("a\n".repeat(2_000_000));

    assertThat(lines.read()).hasSize(1_000);
    assertThat(lines.leftOut()).isEqualTo(1_999_000);
  }

  @Test
  void objectsOverTheLimitAreCountedAndNotHeld() throws IOException {
    lines.array("[" + "{},".repeat(1_300_000) + "{}]");

    assertThat(lines.read()).hasSize(1_000);
    assertThat(lines.leftOut()).isEqualTo(1_299_001);
  }

  @Test
  void ofAnArrayObjectsCountAndNothingElse() throws IOException {
    lines.array(" [{\"msg\":\"disk is slow\",\"level\":\"error\"}, 7, [\"x\"], null]");

    assertThat(lines.read())
        .singleElement()
        .satisfies(line -> {
          assertThat(line.text()).isEqualTo("disk is slow");
          assertThat(line.severity()).isEqualTo(Severity.ERROR);
        });
  }

  @Test
  void anArrayThatWasCutOffIsNone() {
    assertThatThrownBy(() -> lines.array("[{\"msg\":\"a\"},")).isInstanceOf(IOException.class);
  }
}
