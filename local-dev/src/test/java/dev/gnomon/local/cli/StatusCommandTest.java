package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {
  private static final String STATUS =
      """
      {"paused": true,
       "resources": [{"name": "site", "kind": "directory", "cell": "east", "location": "/srv/site",
         "priority": "high", "automation": "auto", "rollback": "switch-and-restore",
         "route": {"epoch": 4, "state": "SERVING", "primary": {"cell": "east", "path": "/srv/site"}, "fenced": "none"},
         "shadows": [{"cell": "west", "type": "full", "every": "PT15M", "replica": "/mnt/site", "points": 3,
           "follows": {"state": "following", "lag": "PT0.25S", "median": "PT0.05S", "batches": 9, "events": true,
             "damaged": 0, "warning": "look here"},
           "last": {"point": "site@3", "time": "2026-01-01T00:00:00Z", "files": 10, "bytes": 2097152, "held": true}}]}],
       "updates": [{"update": "u1", "state": "BLOCKED", "resources": ["site"], "time": "2026-01-01T00:00:00Z",
         "reason": "evil \\u001b[31m\\u202e text"}],
       "rollbacks": [{"rollback": "site-e2", "resource": "site", "mode": "restore", "state": "SERVING",
         "step": "done", "point": "site@2", "epochBefore": 2, "epochAfter": 4, "time": "2026-01-01T00:00:00Z"}],
       "decisions": [{"resource": "site", "trigger": "failure-predicted", "action": "observed", "reason": "automation is paused"}]}
      """;

  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack = new FakeStack(data).on("/status", STATUS);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  @Test
  void showsResourcesRoutesShadowsUpdatesRollbacksAndThePause() {
    Shell shell = Shell.run("status", "--data", data.toString());

    assertThat(shell.code()).isZero();
    assertThat(shell.out())
        .contains("PAUSED")
        .containsPattern("site +SERVING +4 +east:/srv/site +none +high +auto +switch-and-restore")
        .containsPattern(
            "site +west +full +15m, continuous +3 +site@3 HELD +[0-9]+d ago +10 +2.0 MiB")
        .containsPattern("site +west +following +0.25s +0.05s +- +- +events +never +0 +look here")
        .containsPattern("u1 +BLOCKED +[0-9]+d ago +site +evil")
        .containsPattern("site-e2 +site +SERVING +done +restore +site@2 +2 -> 4")
        .containsPattern("observed +- +site +- +failure-predicted +automation is paused");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void controlCharactersOfOthersNeverReachTheTerminal() {
    Shell plain = Shell.run("status", "--data", data.toString());
    Shell terminal = Shell.onTerminal("status", "--data", data.toString());

    assertThat(plain.out()).contains("evil \\x1b[31m\\u202e text").doesNotContain("\u001b");
    assertThat(terminal.out()).contains("evil \\x1b[31m\\u202e text").contains("\u001b[32mSERVING");
  }

  @Test
  void jsonIsTheStatusAndNothingElse() throws IOException {
    Shell shell = Shell.run("status", "--data", data.toString(), "--json");

    assertThat(shell.json().path("resources").get(0).path("route").path("epoch").asInt())
        .isEqualTo(4);
    assertThat(shell.json().path("paused").asBoolean()).isTrue();
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void eventsThatWereGivenUpAreShown() throws IOException {
    stack.on(
        "/dead-letters",
        """
        {"unresolved": 7, "limit": 10000, "beyond": 512, "letters": [{"letter": "k7", "state": "dead",
          "type": "dev.gnomon.update-requested.v1", "source": "/ci", "id": "e-7", "deaths": 1,
          "destination": "http://127.0.0.1:4711/update", "since": "2026-01-01T00:00:00Z",
          "time": "2026-01-01T00:00:00Z", "code": "400",
          "reason": "{\\"status\\":400,\\"detail\\":\\"unknown resource 'x'\\"}"}]}
        """);

    Shell people = Shell.run("status", "--data", data.toString());
    Shell json = Shell.run("status", "--data", data.toString(), "--json");

    assertThat(people.out())
        .contains("7 events were given up", "gnomon deadletters replay --all", "at least 512 more")
        .containsPattern(
            "k7 +dead +dev.gnomon.update-requested.v1 +e-7 +/update +[0-9]+d ago +1 +400: unknown resource");
    assertThat(json.json().path("deadLetters").path("unresolved").asInt()).isEqualTo(7);
    assertThat(json.json().path("deadLetters").path("letters").get(0).path("id").asText())
        .isEqualTo("e-7");
  }

  @Test
  void noDeadLettersAreNotWorthALine() throws IOException {
    stack.on("/dead-letters", "{\"unresolved\": 0, \"beyond\": 0, \"letters\": []}");

    assertThat(Shell.run("status", "--data", data.toString()).out()).doesNotContain("given up");
    assertThat(
            Shell.run("status", "--data", data.toString(), "--json")
                .json()
                .path("deadLetters")
                .path("unresolved")
                .asInt(-1))
        .isZero();
  }

  @Test
  void pauseAndResumeAreAskedForAndSaid() throws IOException {
    stack.on("/automation", "{\"paused\": true}");

    Shell paused = Shell.run("pause", "--data", data.toString());
    assertThat(stack.received().getLast())
        .isEqualTo(new FakeStack.Received("POST", "/automation", "{\"paused\":true}"));
    Shell resumed = Shell.run("resume", "--data", data.toString(), "--json");

    assertThat(stack.received().getLast().body()).isEqualTo("{\"paused\":false}");
    assertThat(paused.out()).isEqualTo("all automatic action is paused\n");
    assertThat(resumed.json().path("paused").asBoolean(true)).isFalse();
  }
}
