package dev.gnomon.local.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionRefusalsTest {
  @TempDir Path directory;
  private PretendedCluster cluster;

  @BeforeEach
  void pretend() {
    Assumptions.assumeTrue(Path.of("/bin/bash").toFile().canExecute(), "no /bin/bash");
    cluster = new PretendedCluster(directory);
  }

  @Test
  void withoutAClusterToTryOnNothingIsAsked() throws Exception {
    var ended = cluster.run(List.of(), Map.of("KUBECONFIG", ""));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("KUBECONFIG names no cluster");
    assertThat(cluster.calls()).isEmpty();
  }

  @Test
  void aKubeconfigThatIsNotThereIsNamed() throws Exception {
    var ended = cluster.run(List.of(), Map.of("KUBECONFIG", "/nowhere/config"));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("/nowhere/config");
    assertThat(cluster.calls()).isEmpty();
  }

  @Test
  void aClusterThatIsAwayIsNamedWithItsContext() throws Exception {
    var ended = cluster.run(List.of(), Map.of("AWAY", "yes"));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("context 'trial' does not answer: connection refused");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aGnomonThatSomebodyUsesIsNotTouched() throws Exception {
    var ended = cluster.run(List.of("gnomon"), Map.of());
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("has a namespace gnomon that was not made here");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aSecondRunIsKeptOut() throws Exception {
    var ended = cluster.run(List.of("gnomon-admission", "gnomon"), Map.of());
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("another run goes on there, or was killed");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aClusterWithoutKnativeIsRefused() throws Exception {
    var ended = cluster.runWith(List.of("services.serving.knative.dev"), Map.of());
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("lacks Knative");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void nothingIsCleanedThatWasNotMadeHere() throws Exception {
    var ended = cluster.run(List.of("gnomon"), Map.of(), "clean");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("nothing there was made here");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void whatAKilledRunLeftIsCleanedAndItsMarkGoesLast() throws Exception {
    var ended = cluster.run(List.of("gnomon made", "gnomon-admission"), Map.of(), "clean");
    assertThat(ended.code()).as(ended.text()).isZero();
    assertThat(cluster.changes())
        .extracting(call -> call.replaceAll(".* delete ", "delete "))
        .containsExactly(
            "delete namespace gnomon --ignore-not-found --wait=false",
            "delete namespace gnomon-admission --ignore-not-found --wait=false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnomon", "gnomon-admission", "crd"})
  void aClusterThatDoesNotSayWhatIsThereIsNotTouched(String silent) throws Exception {
    var ended = cluster.run(List.of("gnomon"), Map.of("SILENT", silent));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aRunWhoseClusterFallsSilentDeletesNoGnomonAndSaysSo() throws Exception {
    var ended =
        cluster.run(
            List.of("gnomon made", "gnomon-admission"), Map.of("SILENT", "gnomon"), "clean");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.text()).contains("did not say whether the namespace gnomon was made here");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aGnomonThatWasInstalledAfterARunWasKilledOutlivesTheCleaning() throws Exception {
    var ended = cluster.run(List.of("gnomon", "gnomon-admission"), Map.of(), "clean");
    assertThat(ended.code()).as(ended.text()).isZero();
    assertThat(ended.text()).contains("the namespace gnomon was not made here");
    assertThat(cluster.changes())
        .singleElement()
        .asString()
        .contains("delete namespace gnomon-admission ");
  }

  @Test
  void whatARunMadeIsTakenAwayAlsoWhenItFails() throws Exception {
    var ended = cluster.run(List.of(), Map.of("REFUSED", "apply diff"));
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.text())
        .contains("FAILED: knative/overlays/minikube")
        .contains("checks failed");
    assertThat(cluster.changes()).last().asString().contains("delete namespace gnomon-admission");
  }

  @Test
  void aTerraformThatDoesNotSayWhatIsLeftHasNotLeftNothing() throws Exception {
    Path terraform = directory.resolve("terraform");
    Files.writeString(terraform, "#!/bin/sh\necho no state >&2\nexit 1\n");
    Files.setPosixFilePermissions(terraform, PosixFilePermissions.fromString("rwxr-xr-x"));
    var ended = cluster.run(List.of(), Map.of());
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.text())
        .contains("FAILED: environments/minikube: destroy leaves nothing")
        .contains("Terraform does not say what is left");
  }

  @Test
  void everyCallNamesTheContextThatItBeganWith() throws Exception {
    cluster.run(List.of(), Map.of("REFUSED", "apply diff"));
    assertThat(cluster.calls())
        .filteredOn(call -> !call.startsWith("config ") && !call.startsWith("kustomize "))
        .isNotEmpty()
        .allMatch(call -> call.startsWith("--context trial "));
  }

  @Test
  void anUnknownWordIsAnsweredWithTheUsage() throws Exception {
    var ended = cluster.run(List.of(), Map.of(), "--force");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("usage: local-dev/admission");
    assertThat(cluster.calls()).isEmpty();
  }
}
