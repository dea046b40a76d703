package dev.gnomon.local.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The folders of the project, and what kubectl makes of them.
final class Project {
  static final Path KNATIVE = root().resolve("knative");
  static final Path FIXTURES = root().resolve("local-dev/src/test/resources/manifests");

  private Project() {}

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return here.endsWith("local-dev") ? here.resolveSibling("knative").getParent() : here;
  }

  static List<Path> overlays() {
    return folders(KNATIVE.resolve("overlays"));
  }

  static List<Path> fixtures(String folder) {
    return list(FIXTURES.resolve(folder)).stream()
        .filter(file -> file.toString().endsWith(".yaml"))
        .toList();
  }

  private static List<Path> folders(Path folder) {
    return list(folder).stream().filter(Files::isDirectory).toList();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What would be applied; skips the test, saying so, where there is no kubectl.
  static List<KubeObject> rendered(Path folder) {
    Assumptions.assumeTrue(hasKubectl(), "no kubectl on the PATH: " + folder + " is not rendered");
    Ended ended = run("kubectl", "kustomize", folder.toString());
    assertThat(ended.code()).as(ended.text()).isZero();
    return KubeObject.parse(ended.text());
  }

  private static boolean hasKubectl() {
    try {
      return new ProcessBuilder("kubectl", "version", "--client")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // not there
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  record Ended(int code, String text) {}

  static Ended run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Ended(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
