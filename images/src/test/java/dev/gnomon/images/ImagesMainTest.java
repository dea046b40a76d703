package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesMainTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private PrintStream before;

  @BeforeEach
  void listen() {
    before = System.err;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
  }

  private int run(String... words) throws Exception {
    return ImagesMain.run(List.of(words), directory, System.out);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTagIsForWhatIsPushed() throws Exception {
    assertThat(run("--tag", "v1")).isEqualTo(2);

    assertThat(said()).contains("--tag is for what is pushed, and there is no --push: v1");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void anUnknownImageIsWrongUse() throws Exception {
    assertThat(run("--only", "rout")).isEqualTo(2);

    assertThat(said()).contains("--only must be one of [protect, predict, route, cli]: rout");
  }

  @Test
  void twoDoNotWriteToOnePlace() throws Exception {
    try (FileChannel other =
        FileChannel.open(
            directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      other.lock();

      assertThat(run("--base", "local", "--out", directory.toString())).isEqualTo(1);
    }
    assertThat(said()).contains("another gnomon images writes to " + directory);
  }
}
