package dev.gnomon.local.minikube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `local-dev/minikube` asks of its tools, and in which order. The tools are the test's: they
/// write down how they are called, and remember what a cluster would.
class MinikubeTest {
  private static final String DIGITS = "0123456789abcdef".repeat(4);

  private static final String MINIKUBE =
      """
      case "$*" in
        'version --short') echo v1.38.0 ;;
        'profile list -o json') echo "{\"invalid\":[],\"valid\":[$(cat "$WORLD/profile" 2>/dev/null)]}" ;;
        *'status -o json') [ ! -e "$WORLD/runs" ] || echo '{"APIServer":"Running"}' ;;
        *' start '*) [ ! -e "$WORLD/start-fails" ] || exit 1; touch "$WORLD/runs"; echo '{"Name":"gnomon"}' >"$WORLD/profile"; [ -e "$WORLD/id" ] || echo first >"$WORLD/id" ;;
        *'image ls') cat "$WORLD/images" 2>/dev/null || true ;;
        *'image load '*) tar=${!#}; tar=${tar##*/}; echo "dev.local/${tar%.tar}:sha256-$DIGITS" >>"$WORLD/images" ;;
        *' delete') rm -f "$WORLD/runs" "$WORLD/profile" "$WORLD/id" ;;
      esac
      """;

  private static final String KUBECTL =
      """
      case "$*" in
        'version --client') echo "Client Version: ${KUBECTL_VERSION:-v1.35.0}" ;;
        *'status.succeeded}/{.status.failed}') echo "${DEMO:-1/}" ;;
        *' logs '*) echo 'the log of the demo' ;;
        *'get namespace kube-system '*) cat "$WORLD/id" ;;
        *' patch '*) [ ! -e "$WORLD/patch-fails" ] || { echo 'Error: refused' >&2; exit 1; } ;;
      esac
      """;

  private static final String TERRAFORM =
      """
      case "$*" in
        version) echo 'Terraform v1.12.1' ;;
        *' apply '*) [ ! -e "$WORLD/terraform-fails" ] || { echo 'Error: refused' >&2; exit 1; } ;;
      esac
      """;

  private static final String GNOMON =
      """
      case "$1" in
        images) for name in cli predict protect route; do echo "dev.local/gnomon-$name:sha256-$DIGITS $3/gnomon-$name.tar"; done ;;
      esac
      """;

  @TempDir Path directory;
  private final Map<String, String> variables = new HashMap<>();
  private Path tools;
  private Path state;

  private record Ended(int code, String text) {}

  @BeforeEach
  void pretend() throws IOException {
    Assumptions.assumeTrue(Path.of("/bin/bash").toFile().canExecute(), "no /bin/bash");
    tools = Files.createDirectories(directory.resolve("tools"));
    state = directory.resolve("state/gnomon/minikube-gnomon");
    Files.createDirectories(directory.resolve("world"));
    Files.writeString(calls(), "");
    Path checkout = directory.resolve("checkout");
    for (String folder : List.of("local-dev", "terraform/environments/minikube", "knative/demo")) {
      Files.createDirectories(checkout.resolve(folder));
    }
    Files.copy(
        Path.of("minikube"),
        checkout.resolve("local-dev/minikube"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(checkout.resolve("knative/demo/kustomization.yaml"), "resources: []\n");
    tool(tools.resolve("minikube"), MINIKUBE);
    tool(tools.resolve("kubectl"), KUBECTL);
    tool(tools.resolve("terraform"), TERRAFORM);
    tool(checkout.resolve("gnomon"), GNOMON);
  }

  private static void tool(Path at, String does) throws IOException {
    Files.writeString(
        at,
        "#!/usr/bin/env bash\nprintf '%s %s [%s]\\n' \"${0##*/}\" \"$*\" \"${KUBECONFIG:-}\" >>\"$CALLS\"\n"
            + does);
    Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path calls() {
    return directory.resolve("calls");
  }

  private List<String> called() throws IOException {
    return Files.readAllLines(calls());
  }

  private Ended run(String... words) throws Exception {
    Files.writeString(calls(), "");
    ProcessBuilder builder = new ProcessBuilder("bash", "checkout/local-dev/minikube");
    builder.command().addAll(List.of(words));
    builder.directory(directory.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("GNOMON_") || name.equals("KUBECONFIG"));
    environment.put("PATH", tools + ":/usr/bin:/bin");
    environment.put("HOME", directory.resolve("home").toString());
    environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
    environment.put("CALLS", calls().toString());
    environment.put("WORLD", directory.resolve("world").toString());
    environment.put("DIGITS", DIGITS);
    environment.putAll(variables);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), text);
  }

  @Test
  void allToolsThatAreMissingOrTooOldAreNamedAndNothingIsDone() throws Exception {
    Files.delete(tools.resolve("minikube"));
    variables.put("KUBECTL_VERSION", "v1.20.4");
    Assumptions.assumeFalse(Files.exists(Path.of("/usr/bin/minikube")), "a real minikube");

    Ended ended = run("up");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text())
        .contains(
            "nothing was done",
            "minikube 1.37.0 or later: not on the PATH; https://",
            "kubectl 1.34.0 or later: found v1.20.4")
        .doesNotContain("terraform 1.11.0");
    assertThat(called()).noneMatch(call -> call.contains(" apply "));
  }

  @Test
  void upGoesFromNothingToTheDemo() throws Exception {
    Ended ended = run("up");

    assertThat(ended.code()).as(ended.text()).isZero();
    assertThat(ended.text()).contains("the log of the demo", "the demo passed on the cluster");
    assertThat(called())
        .extracting(call -> call.replaceAll(" \\[.*", ""))
        .containsSubsequence(
            "minikube -p gnomon start --wait=all --kubernetes-version=v1.34.0 --cpus=4 --memory=8g --cni=calico",
            "gnomon images --out " + state + "/images",
            "minikube -p gnomon image load " + state + "/images/gnomon-cli.tar",
            "minikube -p gnomon image load " + state + "/images/gnomon-route.tar");
    assertThat(called())
        .as("the person's own kubeconfig is never used")
        .filteredOn(call -> !call.startsWith("gnomon --version") && !call.contains("ersion"))
        .allSatisfy(call -> assertThat(call).contains("[" + state + "/kubeconfig]"));
    JsonNode told = Json.MAPPER.readTree(state.resolve("images.tfvars.json").toFile());
    assertThat(told.at("/images")).hasSize(3);
    assertThat(told.at("/images/gnomon-route/tag").asText()).isEqualTo("sha256-" + DIGITS);
    assertThat(told.at("/cell_init_image/name").asText()).isEqualTo("dev.local/gnomon-cli");
    assertThat(state.resolve("demo/kustomization.yaml"))
        .content()
        .contains("newTag: sha256-" + DIGITS);
  }

  @Test
  void aSecondUpDoesWhatIsLeft() throws Exception {
    Files.writeString(directory.resolve("world/terraform-fails"), "");
    Ended first = run("up");
    Files.delete(directory.resolve("world/terraform-fails"));

    Ended second = run("up");

    assertThat(first.code()).isEqualTo(1);
    assertThat(first.text()).contains("Error: refused", "it goes on with the next");
    assertThat(second.code()).as(second.text()).isZero();
    assertThat(called())
        .noneMatch(call -> call.contains(" start "))
        .noneMatch(call -> call.contains("image load"));
  }

  @Test
  void aDemoThatFailsIsAFailure() throws Exception {
    variables.put("DEMO", "/1");

    Ended ended = run("up");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.text()).contains("the demo failed");
  }

  @Test
  void aStepThatFailsInTheMiddleEndsIt() throws Exception {
    Files.writeString(directory.resolve("world/patch-fails"), "");

    Ended ended = run("up");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.text()).contains("Error: refused", "can't make Kourier the ingress");
    assertThat(called()).noneMatch(call -> call.startsWith("gnomon images"));
  }

  @Test
  void aProfileOfSomebodyElseIsNeitherTakenNorDeleted() throws Exception {
    somebodysCluster();

    Ended up = run("up");
    assertThat(up.code()).isEqualTo(2);
    assertThat(up.text()).contains("did not make; nothing was done", "GNOMON_MINIKUBE_PROFILE");
    assertThat(called()).noneMatch(MinikubeTest::changes);

    Ended down = run("down");
    assertThat(down.code()).isEqualTo(2);
    assertThat(down.text()).contains("made no cluster in the profile gnomon; nothing was done");
    assertThat(called()).noneMatch(MinikubeTest::changes);
    assertThat(run("demo").code()).isEqualTo(1);
    assertThat(called()).noneMatch(MinikubeTest::changes);
  }

  @Test
  void aClusterThatTookThePlaceOfItsOwnIsNeitherTakenNorDeleted() throws Exception {
    assertThat(run("up").code()).isZero();
    somebodysCluster();

    for (String word : List.of("up", "demo", "status", "down")) {
      Ended ended = run(word);
      assertThat(ended.code()).as(word).isEqualTo(2);
      assertThat(ended.text()).contains("expected first, found other");
      assertThat(called()).noneMatch(MinikubeTest::changes);
    }

    Files.delete(directory.resolve("world/runs"));
    Ended stopped = run("down");
    assertThat(stopped.code()).isEqualTo(2);
    assertThat(stopped.text()).contains("nobody can tell", "nothing was done");
    assertThat(called()).noneMatch(MinikubeTest::changes);
  }

  @Test
  void whatAKilledUpLeftIsTakenAndDeleted() throws Exception {
    Files.createDirectories(state);
    Files.writeString(state.resolve("cluster"), "begun\n");
    Files.writeString(directory.resolve("world/profile"), "{\"Name\":\"gnomon\"}");

    assertThat(run("up").code()).isZero();
    assertThat(state.resolve("cluster")).hasContent("first");

    Files.writeString(state.resolve("cluster"), "begun\n");
    assertThat(run("down").code()).isZero();
    assertThat(state).doesNotExist();
  }

  @Test
  void aStartThatMadeNoProfileHasBegunNothing() throws Exception {
    Files.writeString(directory.resolve("world/start-fails"), "");
    Ended up = run("up");
    assertThat(up.code()).isEqualTo(1);
    assertThat(up.text()).contains("minikube start failed");
    somebodysCluster();

    for (String word : List.of("up", "down")) {
      Ended ended = run(word);
      assertThat(ended.code()).as(word).isEqualTo(2);
      assertThat(ended.text()).contains("nothing was done");
      assertThat(called()).noneMatch(MinikubeTest::changes);
    }
  }

  @Test
  void whatIsAtWorkIsNotDisturbed() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "no /usr/bin/flock");
    assertThat(run("up").code()).isZero();
    Process other =
        new ProcessBuilder("flock", state + ".lock", "sh", "-c", "echo held; read -r _").start();
    try (BufferedReader said = other.inputReader()) {
      assertThat(said.readLine()).isEqualTo("held");

      for (String word : List.of("up", "demo", "down")) {
        Ended ended = run(word);
        assertThat(ended.code()).as(word).isEqualTo(2);
        assertThat(ended.text()).contains("works on the profile gnomon");
        assertThat(called()).noneMatch(MinikubeTest::changes);
      }
    } finally {
      other.destroy();
    }
  }

  @Test
  void aClusterThatWasDeletedByHandIsMadeAnew() throws Exception {
    assertThat(run("up").code()).isZero();
    for (String file : List.of("runs", "profile", "images")) {
      Files.delete(directory.resolve("world").resolve(file));
    }
    Files.writeString(directory.resolve("world/id"), "second");

    assertThat(run("up").code()).isZero();

    assertThat(state.resolve("cluster")).hasContent("second");
  }

  @Test
  void statusOfNothingLeavesNothing() throws Exception {
    Ended ended = run("status");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.text()).contains("no cluster of");
    assertThat(directory.resolve("state")).doesNotExist();
  }

  private void somebodysCluster() throws IOException {
    Files.writeString(directory.resolve("world/profile"), "{\"Name\":\"gnomon\"}");
    Files.writeString(directory.resolve("world/runs"), "");
    Files.writeString(directory.resolve("world/id"), "other");
  }

  private static boolean changes(String call) {
    return List.of(" start ", " delete ", " apply ", " image load ").stream()
        .anyMatch(call::contains);
  }

  @Test
  void downDeletesItsOwnClusterAndItsState() throws Exception {
    run("up");

    Ended ended = run("down");

    assertThat(ended.code()).as(ended.text()).isZero();
    assertThat(called())
        .filteredOn(MinikubeTest::changes)
        .singleElement()
        .satisfies(call -> assertThat(call).startsWith("minikube -p gnomon delete "));
    assertThat(state).doesNotExist();
  }

  @Test
  void wrongUseIsSaid() throws Exception {
    assertThat(run("upp").text()).contains("usage: local-dev/minikube up | demo | status | down");
  }
}
