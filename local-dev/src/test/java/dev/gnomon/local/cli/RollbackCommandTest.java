package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollbackCommandTest {
  private static final String ACCEPTED =
      "{\"outcome\": \"accepted\", \"kind\": \"rollback\", \"rollback\": \"site-e3\"}";

  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack = new FakeStack(data).on("/requests/EVENT", ACCEPTED);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  @Test
  void theHelpSaysWhatADryRunLeavesBehind() {
    for (String command : List.of("rollback", "undo")) {
      assertThat(Shell.run(command, "--help").out().replaceAll("\\s+", " "))
          .contains("no resource is changed", "stored as a point of kind 'moment'");
    }
  }

  @Test
  void theCellToSwitchToIsOneThatNothingIsServedFromYet() {
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "restore"));

    Shell shell = run("--resource", "site", "--to-cell", "north");

    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(stack.event().at("/data/toCell").asText()).isEqualTo("north");
  }

  @Test
  void printsTheIdWithoutWaitingForTheEnd() {
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "restore"));

    Shell shell = run("--resource", "site");

    assertThat(shell.code()).isZero();
    assertThat(shell.out())
        .contains("rollback site-e3: running")
        .contains("site@2")
        .contains("restore");
    assertThat(stack.event().path("data").toString())
        .isEqualTo("{\"resource\":\"site\",\"by\":\"person\"}");
  }

  @Test
  void waitsForTheEndAndPrintsTheAgreedJson() throws IOException {
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "undo"), rollback("SERVING", "done"));

    Shell shell = run("--resource", "site", "--wait", "--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.json().toString())
        .isEqualTo(
            "{\"rollback\":\"site-e3\",\"resources\":[{\"resource\":\"site\",\"epochBefore\":3,"
                + "\"epochAfter\":5,\"point\":\"site@2\",\"state\":\"SERVING\"}]}");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void whatIsNotKnownYetIsNull() throws IOException {
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "intent"));

    Shell shell = run("--resource", "site", "--json");

    assertThat(shell.json().path("resources").get(0).path("epochAfter").isNull()).isTrue();
  }

  @Test
  void aFailedRollbackIsExitCode1WithItsReason() {
    stack.on("/rollbacks/site-e3", rollback("FAILED", "validate"));

    Shell shell = run("--resource", "site", "--wait");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).contains("rollback site-e3: failed").contains("check 'syntax' failed");
  }

  @Test
  void waitingTooLongIsExitCode3AndShowsHowFarItIs() throws IOException {
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "restore"));

    Shell shell = run("--resource", "site", "--wait", "--json", "--timeout", "300ms");

    assertThat(shell.code()).isEqualTo(3);
    assertThat(shell.json().path("rollback").asText()).isEqualTo("site-e3");
    assertThat(shell.err()).contains("rollback site-e3 has not ended yet");
  }

  @Test
  void aStackThatIsAwayForAMomentIsAskedAgain() {
    stack.on(
        "/rollbacks/site-e3",
        new FakeStack.Answer(503, "{\"detail\": \"the control store is away\"}"),
        new FakeStack.Answer(200, rollback("SERVING", "done")));

    assertThat(run("--resource", "site", "--wait").code()).isZero();
  }

  @Test
  void aStackThatStaysAwayIsAFailure() {
    stack.on(
        "/rollbacks/site-e3",
        new FakeStack.Answer(503, "{\"detail\": \"the control store is away\"}"));

    Shell shell = run("--resource", "site", "--wait", "--timeout", "300ms");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("gnomon: the control store is away\n");
  }

  @Test
  void noAnswerInTimeIsExitCode3() {
    stack.on("/requests/EVENT", new FakeStack.Answer(404, "{}"));

    Shell shell = run("--resource", "site", "--wait", "--timeout", "200ms");

    assertThat(shell.code()).isEqualTo(3);
    assertThat(shell.err()).contains("there is no answer yet");
  }

  @Test
  void aRefusalIsExitCode1WithItsReason() throws IOException {
    stack.on("/requests/EVENT", "{\"outcome\": \"refused\", \"reason\": \"site-e3 is running\"}");

    Shell shell = run("--resource", "site", "--json");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.json().path("error").asText()).isEqualTo("site-e3 is running");
    assertThat(shell.err()).isEqualTo("gnomon: site-e3 is running\n");
  }

  @Test
  void allOptionsReachTheRequest() {
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "intent"));

    run(
        "--resource",
        "site",
        "--to",
        "2026-11-21T12:00:00+02:00",
        "--mode",
        "switch-and-restore",
        "--allow-deletes",
        "--reason",
        "bad deploy");

    assertThat(stack.event().path("data").toString())
        .isEqualTo(
            "{\"resource\":\"site\",\"to\":\"2026-11-21T10:00:00Z\",\"mode\":\"switch-and-restore\","
                + "\"allowDeletes\":true,\"by\":\"person\",\"reason\":\"bad deploy\"}");
  }

  @Test
  void updatesAndCellsAreTargetsToo() {
    stack.on(
        "/updates/u1", "{\"update\": \"u1\", \"state\": \"READY\", \"resources\": [\"site\"]}");
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "intent"));

    run("--update", "u1");
    assertThat(stack.event().path("data").path("updateId").asText()).isEqualTo("u1");
    run("--cell", "east", "--to", "site@2");

    assertThat(stack.event().path("data").path("cell").asText()).isEqualTo("east");
    assertThat(stack.event().path("data").path("to").asText()).isEqualTo("site@2");
  }

  @Test
  void unknownTargetsAreSaidBeforeAnythingIsSent() {
    assertThat(run("--resource", "nobody").err()).contains("unknown resource 'nobody'");
    assertThat(run("--cell", "nowhere").err()).contains("unknown cell with a resource 'nowhere'");
    assertThat(run("--update", "u9").err()).contains("there is no update 'u9'");
    assertThat(Shell.run("undo", "site-e9", "--data", data.toString()).err())
        .contains("there is no rollback 'site-e9'");
    assertThat(stack.events()).isEmpty();
  }

  @Test
  void aDryRunShowsThePlanAndSendsNothing() throws IOException {
    stack.on(
        "/plans",
        """
        {"possible": true, "resources": [{"resource": "site", "mode": "restore",
         "point": "west/site@2", "why": "the newest", "epochBefore": 3, "switchesAtOnce": false,
         "filesToWrite": 1, "bytesToWrite": 2048, "filesToDelete": 30, "deletePercent": 25.04,
         "deleteLimitPercent": 20, "overLimit": true, "examples": ["delete new/added"],
         "fence": "it can be moved away", "estimatedSeconds": 12.345,
         "estimate": "median of 3 earlier restores of this resource"}]}
        """);

    Shell text = run("--resource", "site", "--dry-run");
    Shell json = run("--resource", "site", "--dry-run", "--json");

    assertThat(text.code()).isZero();
    assertThat(text.out())
        .isEqualTo(
            """
            site: restore to west/site@2, from epoch 3
              because   the newest
              writes    1 file, 2.0 KiB
              deletes   30 files (25.0 % of those there, the limit is 20 %: it needs --allow-deletes)
                        delete new/added
              fence     it can be moved away
              serves    again after about 12.3 s: median of 3 earlier restores of this resource
            Nothing was changed.
            """);
    assertThat(json.json().path("resources").get(0).path("filesToWrite").asInt()).isEqualTo(1);
    assertThat(stack.events()).isEmpty();
    assertThat(stack.received().getLast().body())
        .isEqualTo("{\"resource\":\"site\",\"by\":\"person\"}");
  }

  @Test
  void aDryRunOfWhatIsNotPossibleFailsWithTheReason() throws IOException {
    stack.on(
        "/plans", "{\"possible\": false, \"reason\": \"site-e3 is running\", \"resources\": []}");

    Shell text = run("--resource", "site", "--dry-run");
    Shell json = run("--resource", "site", "--dry-run", "--json");

    assertThat(text.code()).isEqualTo(1);
    assertThat(text.err()).isEqualTo("gnomon: site-e3 is running\n");
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.json().path("possible").asBoolean()).isFalse();
  }

  @Test
  void undoNamesTheRollbackThatItUndoes() throws IOException {
    stack.on("/requests/EVENT", ACCEPTED.replace("site-e3", "site-e5"));
    stack.on("/rollbacks/site-e3", rollback("SERVING", "done"));
    stack.on("/rollbacks/site-e5", rollback("SERVING", "done"));

    Shell shell = Shell.run("undo", "site-e3", "--wait", "--data", data.toString(), "--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.json().path("rollback").asText()).isEqualTo("site-e5");
    assertThat(stack.event().path("data").toString())
        .isEqualTo("{\"undoes\":\"site-e3\",\"by\":\"person\"}");
  }

  @Test
  void progressIsDrawnOnATerminalOnly() {
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "undo"), rollback("SERVING", "done"));
    Shell terminal =
        Shell.onTerminal("rollback", "--resource", "site", "--wait", "--data", data.toString());
    stack.on("/rollbacks/site-e3", rollback("RUNNING", "undo"), rollback("SERVING", "done"));
    Shell plain = run("--resource", "site", "--wait");

    assertThat(terminal.err()).contains("rollback site-e3: site undo");
    assertThat(plain.err()).isEmpty();
    assertThat(plain.out()).doesNotContain("\u001b");
  }

  private Shell run(String... more) {
    List<String> words = new ArrayList<>(List.of("rollback"));
    words.addAll(List.of(more));
    words.addAll(List.of("--data", data.toString()));
    return Shell.run(words.toArray(String[]::new));
  }

  private static String rollback(String state, String step) {
    return """
    {"rollback": "site-e3", "state": "%s", "resources": [{"resource": "site", "epochBefore": 3,%s
     "point": "site@2", "state": "%s", "step": "%s"%s}]}
    """
        .formatted(
            state,
            state.equals("SERVING") ? " \"epochAfter\": 5," : "",
            state,
            step,
            state.equals("FAILED") ? ", \"reason\": \"check 'syntax' failed\"" : "");
  }
}
