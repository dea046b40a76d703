package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line in a process of its own, for the token stands where a variable says.
class ApiTokenTest {
  private static final String TOKEN = "token-of-a-reader";

  @TempDir Path data;

  private record Ended(int code, String text) {}

  private Ended status(String file) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.gnomon.local.cli.Gnomon",
                "status",
                "--data",
                data.toString())
            .redirectErrorStream(true);
    builder.environment().remove("GNOMON_API_TOKEN_FILE");
    if (!file.isEmpty()) {
      builder.environment().put("GNOMON_API_TOKEN_FILE", file);
    }
    Process process = builder.start();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ended(process.waitFor(), text);
  }

  @Test
  void theTokenOfTheFileIsBrought() throws Exception {
    Path file = Files.writeString(data.resolve("token"), TOKEN + "\n");
    try (FakeStack stack = new FakeStack(data)) {
      Ended ended = status(file.toString());

      assertThat(ended.text()).doesNotContain(TOKEN);
      assertThat(stack.authorizations()).isNotEmpty().containsOnly("Bearer " + TOKEN);
    }
  }

  @Test
  void withoutAFileNoneIsBrought() throws Exception {
    try (FakeStack stack = new FakeStack(data)) {
      status("");

      assertThat(stack.received()).isNotEmpty();
      assertThat(stack.authorizations()).isEmpty();
    }
  }

  @Test
  void aFileThatHoldsNoTokenIsNamedAndNobodyIsAsked() throws Exception {
    Path two = Files.writeString(data.resolve("two"), TOKEN + "\nsecond-line\n");
    for (Path file : new Path[] {two, data.resolve("not-there"), data}) {
      try (FakeStack stack = new FakeStack(data)) {
        Ended ended = status(file.toString());

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.text())
            .contains("GNOMON_API_TOKEN_FILE", file.toString())
            .doesNotContain(TOKEN, "Exception in");
        assertThat(stack.received()).isEmpty();
      }
    }
  }
}
