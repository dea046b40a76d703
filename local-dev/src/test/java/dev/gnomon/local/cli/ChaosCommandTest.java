package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.FakeStack.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosCommandTest {
  private static final String LINE =
      """
      {"id": "slow", "name": "east is slow", "trouble": "100 % of the calls to cell east take 300 ms longer",
       "state": "STATE", "by": "me", "asked": "2026-01-01T00:00:00Z", "from": "2026-01-01T00:00:01Z",
       "until": "2026-01-01T00:02:01Z"OUTCOME}
      """;
  private static final String OUTCOME =
      """
      , "outcome": {"verdict": "FAILED", "reasons": ["a rollback failed: site-e1"], "time": "2026-01-01T00:02:02Z",
       "effects": {"detectionSeconds": 4.1, "rtoSeconds": 2.5, "switches": 1, "falseSwitches": [],
       "rollbacks": ["site-e1"], "failed": ["site-e1"], "touched": 17}}
      """;

  /// What the published CRDs of Chaos Mesh (v1alpha1) know of a spec, as far as it is rendered.
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "NetworkChaos",
          Set.of("action", "mode", "selector", "duration", "direction", "delay", "loss"),
          "PodChaos",
          Set.of("action", "mode", "selector", "duration", "gracePeriod"),
          "TimeChaos",
          Set.of("mode", "selector", "duration", "timeOffset"),
          "IOChaos",
          Set.of(
              "action",
              "mode",
              "selector",
              "duration",
              "errno",
              "percent",
              "volumePath",
              "methods",
              "mistake"));

  private static final Map<String, Set<String>> REQUIRED =
      Map.of(
          "NetworkChaos", Set.of("action", "mode", "selector"),
          "PodChaos", Set.of("action", "mode", "selector"),
          "TimeChaos", Set.of("mode", "selector", "timeOffset"),
          "IOChaos", Set.of("action", "mode", "selector", "volumePath"));

  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack =
        new FakeStack(data)
            .on("/chaos", "{\"allowed\": true, \"experiments\": [" + line("running", "") + "]}")
            .on("/chaos/slow", line("running", ""), line("failed", OUTCOME))
            .on("/chaos/slow/stop", "{\"stopped\": [\"slow\"]}", "{\"stopped\": []}")
            .on("/chaos/stop", "{\"stopped\": [\"slow\"]}");
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  private static String line(String state, String outcome) {
    return LINE.replace("STATE", state).replace("OUTCOME", outcome);
  }

  private Shell run(String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(List.of("--data", data.toString()));
    return Shell.run(all.toArray(String[]::new));
  }

  private String file(String trouble) throws IOException {
    return Files.writeString(
            data.resolve("slow.yaml"),
            """
            id: slow
            name: east is slow
            lasts: 2m
            trouble: %s
            cluster: { namespace: gnomon, labels: { app: minio-east }, volume: /data }
            """
                .formatted(trouble))
        .toString();
  }

  @Test
  void experimentsAreListedAndShownWithWhatWasMeasured() {
    assertThat(run("chaos", "list").out()).containsPattern("RUNNING +2026-01-01T00:00:00Z +slow");
    assertThat(run("chaos", "show", "slow").out()).contains("slow: RUNNING", "300 ms longer");
    Shell failed = run("chaos", "show", "slow");
    assertThat(failed.out())
        .contains("FAILED", "a rollback failed: site-e1", "noticed after 4.1 s")
        .contains("served again after 2.5 s", "1 moves by automation");
    assertThat(run("chaos", "show", "no").code()).isEqualTo(1);
    assertThat(run("chaos", "show", "../x").code()).isNotZero();
  }

  @Test
  void oneIsStoppedByItsIdOrWhateverGoesOn() {
    assertThat(run("chaos", "stop", "slow").out()).contains("slow is stopped");
    assertThat(run("chaos", "stop", "slow").out()).contains("slow has ended already");
    assertThat(run("chaos", "stop", "--all").out()).contains("slow is stopped");
    assertThat(run("chaos", "stop").code()).isEqualTo(2);
    assertThat(stack.received()).extracting(Received::path).contains("/chaos/slow/stop");
  }

  @Test
  void aFileWithMistakesIsNotSent() throws Exception {
    Shell shell = run("chaos", "run", file("{ kind: latency, cell: east, delay: 1h }"));
    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err())
        .contains("slow.yaml:4:", "trouble.delay: expected more than nothing up to 30 s");
    assertThat(stack.received()).isEmpty();
  }

  @Test
  void nothingIsSentWhereItIsNotAllowed() throws Exception {
    stack.on("/chaos", "{\"allowed\": false, \"experiments\": []}");
    Shell shell = run("chaos", "run", file("{ kind: dead-redis }"));
    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("chaos: {allowed: true}");
  }

  @Test
  void everyKindThatAClusterCanMakeIsRenderedWithinItsSchema() throws Exception {
    Map<String, String> kinds =
        Map.of(
            "{ kind: latency, cell: east, delay: 300ms }", "NetworkChaos",
            "{ kind: partition, cell: east }", "NetworkChaos",
            "{ kind: slow-redis, delay: 1s }", "NetworkChaos",
            "{ kind: dead-redis }", "NetworkChaos",
            "{ kind: errors, cell: east, share: 0.1 }", "IOChaos",
            "{ kind: corrupt-reads, cell: east, share: 0.1 }", "IOChaos",
            "{ kind: clock-skew, cell: east, behind: 90s }", "TimeChaos",
            "{ kind: killed-function, after: fence }", "PodChaos");
    for (Map.Entry<String, String> kind : kinds.entrySet()) {
      Shell shell = run("chaos", "render", file(kind.getKey()));
      assertThat(shell.code()).as(shell.err()).isZero();
      JsonNode object = Json.MAPPER.readTree(shell.out());
      assertThat(object.path("apiVersion").asText()).isEqualTo("chaos-mesh.org/v1alpha1");
      assertThat(object.path("kind").asText()).as(kind.getKey()).isEqualTo(kind.getValue());
      assertThat(object.at("/metadata/name").asText()).isEqualTo("gnomon-slow");
      assertThat(object.at("/spec/selector/labelSelectors/app").asText()).isEqualTo("minio-east");
      List<String> fields = new ArrayList<>();
      object.path("spec").fieldNames().forEachRemaining(fields::add);
      assertThat(KNOWN.get(kind.getValue())).containsAll(fields);
      assertThat(fields).containsAll(REQUIRED.get(kind.getValue()));
      boolean ends = object.at("/spec/duration").asText().equals("2m");
      assertThat(ends || kind.getValue().equals("PodChaos")).as("it ends by itself").isTrue();
    }
    assertThat(
            Json.MAPPER
                .readTree(
                    run("chaos", "render", file("{ kind: clock-skew, cell: east, behind: 90s }"))
                        .out())
                .at("/spec/timeOffset")
                .asText())
        .isEqualTo("-90000ms");
    assertThat(
            Json.MAPPER
                .readTree(run("chaos", "render", file("{ kind: corrupt-reads, cell: east }")).out())
                .at("/spec/methods")
                .toString())
        .as("what is written stays as it is")
        .isEqualTo("[\"READ\"]");
    Shell share =
        run("chaos", "render", file("{ kind: latency, cell: east, delay: 1s, share: 0.5 }"));
    assertThat(share.code()).isEqualTo(2);
    assertThat(share.err()).contains("Chaos Mesh delays every packet");
    Shell events = run("chaos", "render", file("{ kind: lost-events }"));
    assertThat(events.code()).isEqualTo(2);
    assertThat(events.err()).contains("knows nothing of events");
  }

  @Test
  void onAClusterTheObjectsAreAppliedAndTakenBack() throws Exception {
    stack.on("/chaos/steady", "{\"against\": []}");
    Path calls = data.resolve("calls");
    Shell shell = cluster("echo \"$1\" >> " + calls + "; cat > /dev/null");
    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(calls).hasContent("apply\ndelete");
    assertThat(shell.out()).contains("PASSED");
  }

  @Test
  void aRevertThatFailsFailsTheExperiment() throws Exception {
    stack.on("/chaos/steady", "{\"against\": []}");
    Shell shell = cluster("cat > /dev/null; [ \"$1\" = apply ] || { echo no such host; exit 1; }");
    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("FAILED: the trouble could not be taken back", "no such host");
  }

  @Test
  void aClusterThatIsNotSteadyIsLeftAlone() throws Exception {
    stack.on("/chaos/steady", "{\"against\": [\"site is not served\"]}");
    Path calls = data.resolve("calls");
    Shell shell = cluster("{ kind: dead-redis }", "touch " + calls);
    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("REFUSED: not steady before it: site is not served");
    assertThat(calls).doesNotExist();
  }

  @Test
  void onAClusterTheSameRulesHold() throws Exception {
    stack.on("/chaos/steady", "{\"against\": []}");
    String partition = "{ kind: partition, cell: east }";
    stack.on("/chaos", "{\"allowed\": true, \"cells\": [\"west\"], \"experiments\": []}");
    assertThat(cluster(partition, "exit 9").err())
        .contains("REFUSED: experiments are not allowed in cell east");
    stack.on(
        "/chaos",
        "{\"allowed\": true, \"cells\": [\"east\"], \"going\": \"slow\", \"experiments\": []}");
    assertThat(cluster(partition, "exit 9").err()).contains("REFUSED: experiment slow goes on");
    stack.on("/chaos", "{\"allowed\": true, \"cells\": [\"east\"], \"experiments\": []}");
    stack.on("/status", "{\"paused\": true, \"rollbacks\": []}");
    assertThat(cluster(partition, "exit 9").err()).contains("REFUSED: automation is paused");
  }

  @Test
  void aPauseTakesTheTroubleOfAClusterBack() throws Exception {
    stack.on("/chaos/steady", "{\"against\": []}");
    stack.on("/status", status(false, ""), status(false, ""), status(true, ""));
    Path calls = data.resolve("calls");
    Shell shell = cluster("{ kind: dead-redis }", "echo $1 >> " + calls);
    assertThat(shell.err()).contains("STOPPED: all automatic action was paused");
    assertThat(calls).hasContent("apply\ndelete");
  }

  @Test
  void aRollbackThatFailsMeanwhileFailsIt() throws Exception {
    stack.on("/chaos/steady", "{\"against\": []}");
    String old = "{\"rollback\": \"site-e1\", \"state\": \"FAILED\"}";
    String fresh = "{\"rollback\": \"site-e2\", \"state\": \"FAILED\"}";
    stack.on("/status", status(false, old), status(false, old), status(false, old + ", " + fresh));
    Shell shell = cluster("cat > /dev/null");
    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err())
        .contains("FAILED: a rollback failed: site-e2")
        .doesNotContain("site-e1");
  }

  @Test
  void whatMayHaveBeenAppliedIsTakenBack() throws Exception {
    stack.on("/chaos/steady", "{\"against\": []}");
    Path calls = data.resolve("calls");
    Shell shell = cluster("echo $1 >> " + calls + "; [ $1 = delete ]");
    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("kubectl apply failed");
    assertThat(calls).hasContent("apply\ndelete");
  }

  @Test
  void whoeverHoldsThePipeOfKubectlOpenKeepsNobodyWaiting() throws Exception {
    stack.on("/chaos/steady", "{\"against\": []}");
    Shell shell = cluster("sleep 20 & exit 0");
    assertThat(shell.code()).as(shell.err()).isZero();
  }

  private static String status(boolean paused, String rollbacks) {
    return "{\"paused\": %s, \"resources\": [], \"rollbacks\": [%s]}".formatted(paused, rollbacks);
  }

  private Shell cluster(String script) throws IOException {
    return cluster("{ kind: dead-redis }", script, "10ms");
  }

  private Shell cluster(String trouble, String script) throws IOException {
    return cluster(trouble, script, "2m");
  }

  /// With a kubectl that is this script.
  private Shell cluster(String trouble, String script, String lasts) throws IOException {
    Path kubectl = Files.writeString(data.resolve("kubectl"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(kubectl, PosixFilePermissions.fromString("rwx------"));
    Path file = data.resolve("cluster.yaml");
    Files.writeString(file, Files.readString(Path.of(file(trouble))).replace("2m", lasts));
    return run("chaos", "run", "--cluster", "--kubectl", kubectl.toString(), file.toString());
  }
}
