package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.images.Layout.Entry;
import dev.gnomon.images.Layout.Layer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
  @TempDir Path directory;

  private static Layout of(Program program, Layer... layers) {
    return new Layout(program, List.of(layers));
  }

  @Test
  void theFingerprintIsOfContentNotOfWhereItLies() throws Exception {
    Path file = Files.writeString(directory.resolve("a"), "content");
    Path same = Files.writeString(directory.resolve("b"), "content");
    Path other = Files.writeString(directory.resolve("c"), "other");
    Layout layout =
        of(Program.SERVER, new Layer("application", List.of(new Entry(file, "/app/a", false))));

    assertThat(
            of(Program.SERVER, new Layer("application", List.of(new Entry(same, "/app/a", false))))
                .fingerprint())
        .isEqualTo(layout.fingerprint());
    assertThat(
            List.of(
                of(
                    Program.SERVER,
                    new Layer("application", List.of(new Entry(other, "/app/a", false)))),
                of(
                    Program.SERVER,
                    new Layer("application", List.of(new Entry(file, "/app/b", false)))),
                of(
                    Program.SERVER,
                    new Layer("application", List.of(new Entry(file, "/app/a", true)))),
                of(
                    Program.SERVER,
                    new Layer("libraries", List.of(new Entry(file, "/app/a", false)))),
                of(
                    Program.COMMANDS,
                    new Layer("application", List.of(new Entry(file, "/app/a", false)))),
                of(Program.SERVER, new Layer("application", List.of()))))
        .extracting(Layout::fingerprint)
        .doesNotContain(layout.fingerprint())
        .doesNotHaveDuplicates();
  }
}
