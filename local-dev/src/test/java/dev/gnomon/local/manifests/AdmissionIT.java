package dev.gnomon.local.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.local.manifests.Project.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a real API server with Knative's admission says of the fixtures: it refuses one folder in
/// its own words, and would admit the other, so that only the build stands before those. Nothing is
/// kept: all runs are dry, in a namespace that is made for them and deleted.
///
/// Needs the variable GNOMON_TEST_KUBECONFIG: a file for kubectl whose cluster may be tried on.
class AdmissionIT {
  private static final String VARIABLE = "GNOMON_TEST_KUBECONFIG";
  private static final String NAMESPACE = "gnomon-admission-" + UUID.randomUUID();

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
