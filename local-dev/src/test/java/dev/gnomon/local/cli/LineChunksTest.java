package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineChunksTest {
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Gives few bytes at a time, and says at times that there are none.
  private static InputStream dripping(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int from, int length) {
        return super.read(to, from, Math.min(length, 1 + random.nextInt(50)));
      }

      @Override
      public synchronized int available() {
        return random.nextInt(3) == 0 ? 0 : super.available();
      }
    };
  }

  @Test
  void everyLineComesOnceAndWhole() throws IOException {
    long seed = Long.getLong("gnomon.seed", new Random().nextLong());
    System.out.println("gnomon.seed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      StringBuilder all = new StringBuilder();
      for (int line = random.nextInt(30); line >= 0; line--) {
        all.append("x".repeat(random.nextInt(40)))
            .append(line == 0 && random.nextBoolean() ? "" : "\n");
      }
      LineChunks chunks =
          new LineChunks(dripping(all.toString().getBytes(StandardCharsets.UTF_8), random));
      StringBuilder found = new StringBuilder();
      for (byte[] chunk = chunks.next(); chunk.length > 0; chunk = chunks.next()) {
        assertThat(found.isEmpty() || found.charAt(found.length() - 1) == '\n').isTrue();
        found.append(text(chunk));
      }
      assertThat(found.toString()).isEqualTo(all.toString());
    }
  }

  @Test
  void aLineOfAPipeComesWhileThePipeIsOpen() throws IOException {
    PipedOutputStream pipe = new PipedOutputStream();
    LineChunks chunks = new LineChunks(new PipedInputStream(pipe));
    pipe.write("one\ntw".getBytes(StandardCharsets.UTF_8));

    assertThat(text(chunks.next())).isEqualTo("one\n");
    pipe.write("o\n".getBytes(StandardCharsets.UTF_8));
    assertThat(text(chunks.next())).isEqualTo("two\n");
    pipe.close();
    assertThat(chunks.next()).isEmpty();
  }

  @Test
  void ofALineThatIsTooLongTheBeginningComes() throws IOException {
    byte[] bytes = ("a".repeat(5 << 20) + "\nnext\n").getBytes(StandardCharsets.UTF_8);
    LineChunks chunks = new LineChunks(new ByteArrayInputStream(bytes));
    String first = text(chunks.next());

    assertThat(first.length()).isLessThanOrEqualTo(LineChunks.BYTES_AT_MOST + 1);
    assertThat(first).endsWith("a\n");
    assertThat(text(chunks.next())).isEqualTo("next\n");
    assertThat(chunks.next()).isEmpty();
  }
}
