package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The images that are made are those that the manifests name, no fewer and no more.
class ImageNamesTest {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern USED = Pattern.compile("(?m)^[ -]*image: *(gnomon-[\\w-]+)");
  private static final Pattern PINNED = Pattern.compile("(?m)^ *- name: (gnomon-[\\w-]+)$");

  @TempDir Path directory;

  private static Set<String> made() {
    return Application.all().stream().map(Application::image).collect(Collectors.toSet());
  }

  private static Set<String> found(Pattern pattern, Path below) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".yaml")).toList()) {
        pattern
            .matcher(Files.readString(file))
            .results()
            .map(hit -> hit.group(1))
            .forEach(names::add);
      }
    }
    return names;
  }

  @Test
  void everyImageOfTheManifestsIsMadeAndEveryImageThatIsMadeIsUsed() throws Exception {
    assertThat(found(USED, CHECKOUT.resolve("knative"))).isEqualTo(made());
  }

  @Test
  void theOverlaysNameAPlaceForEveryImageThatIsMade() throws Exception {
    assertThat(found(PINNED, CHECKOUT.resolve("knative/images/loaded"))).isEqualTo(made());
    assertThat(found(PINNED, CHECKOUT.resolve("knative/images/pushed"))).isEqualTo(made());
  }

  @Test
  void theDigestsThatABuildLeavesArePinnedAndAMissingOneIsSaid() throws Exception {
    for (String file : List.of("pin", "loaded/kustomization.yaml", "pushed/kustomization.yaml")) {
      Path copy = directory.resolve("knative/images").resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(CHECKOUT.resolve("knative/images").resolve(file), copy);
    }
    int number = 0;
    for (Application application : Application.all()) {
      String digest = "sha256:" + Integer.toString(++number).repeat(64);
      Path file = application.app(directory, "jib-image.digest");
      Files.createDirectories(file.getParent());
      Files.writeString(file, digest);
    }

    assertThat(pin("loaded")).isZero();
    assertThat(pin("pushed", "ghcr.io/acme")).isZero();

    for (int one = 1; one <= number; one++) {
      String digits = Integer.toString(one).repeat(64);
      assertThat(directory.resolve("knative/images/loaded/kustomization.yaml"))
          .content()
          .contains("newTag: sha256-" + digits);
      assertThat(directory.resolve("knative/images/pushed/kustomization.yaml"))
          .content()
          .contains("digest: sha256:" + digits);
    }
    assertThat(found(PINNED, directory)).isEqualTo(made());
    Files.delete(new Cli().app(directory, "jib-image.digest"));
    assertThat(pin("loaded")).isEqualTo(1);
  }

  private int pin(String... words) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of("bash", directory.resolve("knative/images/pin").toString()),
                Stream.of(words))
            .toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("pin.log").toFile())
        .start()
        .waitFor();
  }
}
