package dev.gnomon.local.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.gnomon.local.manifests.Project.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a real API server with Knative's admission says of the fixtures: it refuses one folder in
/// its own words, and would admit the other, so that only the build stands before those. Nothing is
/// kept: all runs are dry but for accounts, in a namespace that is made for them and deleted.
/// Overlays are admitted without a warning.
///
/// Needs the variable GNOMON_TEST_KUBECONFIG: a file for kubectl whose cluster may be tried on.
class AdmissionIT {
  private static final String VARIABLE = "GNOMON_TEST_KUBECONFIG";
  private static final String NAMESPACE = "gnomon-admission-" + UUID.randomUUID();

  static List<Path> overlays() {
    return Project.overlays();
  }

  static List<Path> refused() {
    return Project.fixtures("refused-by-server");
  }

  static List<Path> admitted() {
    return Project.fixtures("refused-by-build");
  }

  @BeforeAll
  static void makeNamespace() {
    Assumptions.assumeTrue(
        System.getenv().containsKey(VARIABLE), VARIABLE + " names no cluster to try fixtures on");
    done(kubectl("create", "namespace", NAMESPACE));
    String restricted = "pod-security.kubernetes.io/enforce=restricted";
    done(kubectl("label", "namespace", NAMESPACE, restricted));
    done(kubectl("-n", NAMESPACE, "create", "serviceaccount", "notify"));
  }

  @AfterAll
  static void deleteNamespace() {
    if (System.getenv().containsKey(VARIABLE)) {
      done(kubectl("delete", "namespace", NAMESPACE, "--wait=false"));
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void theServerRefusesInItsOwnWords(Path file) {
    Ended ended = dryRun(file);
    System.out.println(file.getFileName() + ": " + ended.text());
    assertThat(ended.code()).isNotZero();
    assertThat(ended.text()).contains(Fixture.read(file).server());
  }

  @ParameterizedTest
  @MethodSource("admitted")
  void theServerWouldAdmitWhatOnlyTheBuildRefuses(Path file) {
    Ended ended = dryRun(file);
    assertThat(ended.code()).as(ended.text()).isZero();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theServerAdmitsEveryOverlayWithoutAWarning(Path overlay, @TempDir Path directory)
      throws IOException {
    List<KubeObject> objects = Project.rendered(overlay);
    // Knative tries a pod with its account, so the accounts have to be there.
    Path accounts = moved(objects, directory, one -> one.is("v1/ServiceAccount"));
    done(kubectl("apply", "-f", accounts.toString()));

    Ended ended = dryRun(moved(objects, directory, one -> !one.is("v1/Namespace")));

    assertThat(ended.code()).as(ended.text()).isZero();
    assertThat(ended.text())
        .contains("service.serving.knative.dev/route")
        .doesNotContain("Warning");
  }

  /// A file of objects, in the namespace of this test instead of their own.
  private static Path moved(List<KubeObject> objects, Path directory, Predicate<KubeObject> wanted)
      throws IOException {
    StringBuilder yaml = new StringBuilder();
    for (KubeObject object : objects) {
      if (wanted.test(object)) {
        ((ObjectNode) object.json().get("metadata")).put("namespace", NAMESPACE);
        yaml.append(new YAMLMapper().writeValueAsString(object.json()));
      }
    }
    return Files.writeString(directory.resolve("objects.yaml"), yaml);
  }

  private static Ended dryRun(Path file) {
    return kubectl(
        "-n", NAMESPACE, "apply", "--dry-run=server", "--validate=strict", "-f", file.toString());
  }

  private static Ended kubectl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.add("--kubeconfig=" + System.getenv(VARIABLE));
    command.addAll(List.of(arguments));
    return Project.run(command.toArray(String[]::new));
  }

  private static void done(Ended ended) {
    assertThat(ended.code()).as(ended.text()).isZero();
  }
}
