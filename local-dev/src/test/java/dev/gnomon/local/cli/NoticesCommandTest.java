package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.cli.FakeStack.Answer;
import dev.gnomon.local.cli.FakeStack.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticesCommandTest {
  private static final String OVERVIEW =
      """
      {"open": 2, "dead": 2, "letters": [
        {"notice": "k1", "target": "ops", "kind": "rollback-failed", "severity": "CRITICAL", "subject": "site",
         "title": "Rollback failed: \\u001b[31msite", "time": "2026-01-01T00:00:00Z", "rounds": 6, "attempts": 6,
         "reason": "it answered 503"},
        {"notice": "k2", "target": "pager", "kind": "shadow-failed", "severity": "WARNING", "title": "No shadow",
         "time": "2026-01-01T00:00:00Z", "rounds": 1, "attempts": 1, "reason": "it answered 404"}]}
      """;
  private static final String VIEW =
      """
      {"key": "k1",
       "notice": {"title": "Rollback failed: site", "text": "no point is left", "kind": "rollback-failed",
         "severity": "CRITICAL", "time": "2026-01-01T00:00:00Z", "episode": "resource/site"},
       "targets": [{"target": "ops", "state": "dead", "time": "2026-01-01T00:00:00Z", "rounds": 6, "attempts": 6,
           "reason": "it answered 503", "body": "{\\"text\\": \\"no point is left\\"}"},
         {"target": "pager", "state": "sent", "time": "2026-01-01T00:00:00Z", "rounds": 1, "attempts": 1}]}
      """;

  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack = new FakeStack(data).on("/notices", OVERVIEW).on("/notices/k1", VIEW);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  private Shell run(String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(List.of("--data", data.toString()));
    return Shell.run(all.toArray(String[]::new));
  }

  @Test
  void theStatusSaysThatPeopleWereNotTold() throws IOException {
    Shell shell = run("status");

    assertThat(shell.code()).isZero();
    assertThat(shell.out())
        .contains("2 notices were not delivered:", "gnomon notices replay --all")
        .containsPattern("k1 +ops +critical .*it answered 503")
        .doesNotContain("\u001b[31m");
    JsonNode status = Json.MAPPER.readTree(run("status", "--json").out());
    assertThat(status.at("/notices/dead").asInt()).isEqualTo(2);
    assertThat(status.at("/notices/open").asInt()).isEqualTo(2);
  }

  @Test
  void theStatusIsSilentWhileEverythingIsDelivered() {
    stack.on("/notices", "{\"open\": 0, \"dead\": 0, \"letters\": []}");

    assertThat(run("status").out()).doesNotContain("delivered");
    assertThat(run("notices", "list").out()).contains("no notice is undelivered");
  }

  @Test
  void listsAndShows() {
    assertThat(run("notices", "list").out())
        .contains("2 notices are on the way")
        .containsPattern("k2 +pager +warning +[0-9]+d ago +1 +No shadow +it answered 404");
    assertThat(run("notices", "show", "k1").out())
        .contains("no point is left", "what ops was sent:", "{\"text\"")
        .containsPattern("ops +dead .*it answered 503")
        .containsPattern("pager +sent");
    Shell none = run("notices", "show", "k9");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("there is no notice 'k9'");
  }

  @Test
  void sendsOneAgainToOneTarget() {
    stack.on("/notices/k1/replay", "{\"notice\": \"k1\", \"targets\": [\"ops\"]}");

    Shell shell = run("notices", "replay", "k1", "--target", "ops");

    assertThat(shell.out()).contains("k1 is sent to ops again");
    assertThat(stack.received())
        .contains(new Received("POST", "/notices/k1/replay", "{\"target\":\"ops\"}"));
  }

  @Test
  void sendsOrDropsAll() {
    stack
        .on("/notices/k1/replay", "{\"notice\": \"k1\", \"targets\": [\"ops\"]}")
        .on("/notices/k2/replay", "{\"notice\": \"k2\", \"targets\": [\"pager\"]}")
        .on("/notices/k2/drop", "{\"notice\": \"k2\", \"targets\": [\"pager\"]}");

    assertThat(run("notices", "replay", "--all").out())
        .contains("k1 is sent to ops again", "k2 is sent to pager again");
    assertThat(run("notices", "drop", "--all", "--target", "pager").out())
        .contains("k2 is no more sent to pager");
  }

  @Test
  void oneThatIsRefusedDoesNotKeepTheOthersWaitingAndIsSaidAtTheEnd() {
    stack
        .on(
            "/notices/k1/replay",
            new Answer(400, "{\"status\": 400, \"detail\": \"the catalogue has no target\"}"))
        .on("/notices/k2/replay", "{\"notice\": \"k2\", \"targets\": [\"pager\"]}");

    Shell shell = run("notices", "replay", "--all");

    assertThat(shell.out()).contains("k2 is sent to pager again");
    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("1 of 2 failed", "the catalogue has no target");
  }

  @Test
  void allAreMoreThanAreListed() {
    stack
        .on(
            "/notices",
            "{\"open\": 0, \"dead\": 2, \"next\": \"1/k1/ops\", \"letters\": [{\"notice\": \"k1\"}]}")
        .on(
            "/notices?behind=1%2Fk1%2Fops",
            "{\"open\": 0, \"dead\": 2, \"letters\": [{\"notice\": \"k2\"}]}")
        .on("/notices/k1/drop", "{\"notice\": \"k1\", \"targets\": [\"ops\"]}")
        .on("/notices/k2/drop", "{\"notice\": \"k2\", \"targets\": [\"ops\"]}");

    assertThat(run("notices", "drop", "--all").out())
        .contains("k1 is no more sent to ops", "k2 is no more sent to ops");
  }

  @Test
  void aRefusalOfTheStackIsSaid() {
    stack.on(
        "/notices/k1/replay",
        new Answer(400, "{\"status\": 400, \"detail\": \"notice k1 is not undelivered\"}"));

    Shell shell = run("notices", "replay", "k1");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("notice k1 is not undelivered");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "notices",
        "notices show",
        "notices replay",
        "notices replay k1 --all",
        "notices drop"
      })
  void wrongUseIsExitCode2(String line) {
    assertThat(run(line.split(" ")).code()).isEqualTo(2);
  }
}
