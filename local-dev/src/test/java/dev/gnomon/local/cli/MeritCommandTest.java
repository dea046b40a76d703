package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

class MeritCommandTest {
  private static final String OVERVIEW =
      """
      {"gap": 0.25, "sustained": "PT2M", "resources": [{"resource": "site",
        "places": [
          {"cell": "east", "serves": true, "merit": 0.2, "trust": 0.5,
           "parts": [{"factor": "HEALTH", "penalty": 0.8, "weight": 1.5, "says": "20.0 % well"}], "lag": "PT0S"},
          {"cell": "north", "serves": false, "merit": 0.9, "trust": 1.0, "parts": [], "gap": 0.7,
           "ahead": "2026-01-01T00:00:00Z"},
          {"cell": "west", "serves": false, "merit": 0.8, "trust": 1.0, "parts": [],
           "excluded": "it is not known how far it is behind"}],
        "blocks": [{"pair": ["east", "west"], "why": "it changed 4 times", "time": "2026-01-01T00:00:00Z"}], "returns": "the return waits since noon"}]}
      """;
  private static final String WEIGHTS =
      """
      {"configured": {"health": 1.5, "latency": 0.7, "freshness": 0.7, "prediction": 1.0, "cost": 0.2},
       "inForce": {"health": 1.65, "latency": 0.7, "freshness": 0.7, "prediction": 1.0, "cost": 0.2},
       "changes": [{"time": "2026-01-01T00:00:00Z", "cause": "experiment 7 was noticed too late",
         "before": {"health": 1.5}, "after": {"health": 1.65},
         "evidence": [{"id": "chaos-7", "verdict": "MISSED", "penalties": {"HEALTH": 1.0}}]}]}
      """;

  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack =
        new FakeStack(data)
            .on("/merit", OVERVIEW)
            .on("/resources/site/merit", OVERVIEW)
            .on("/merit/weights", WEIGHTS);
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
  void theRankingShowsItsNumbersAndWhatIsBlocked() {
    for (Shell shell : List.of(run("merit"), run("merit", "site"))) {
      assertThat(shell.code()).isZero();
      assertThat(shell.out())
          .containsPattern("east \\(serves\\) +0.200 +0.500 +- +20.0 % well")
          .containsPattern("north +0.900 +1.000 +\\+0.700 +ahead since 2026-01-01T00:00:00Z")
          .contains("not for automation: it is not known how far it is behind")
          .contains("automation is blocked between east and west", "gnomon merit unblock site");
    }
    assertThat(run("merit", "--json").out()).contains("\"gap\"");
  }

  @Test
  void theWeightsShowHowTheyWereRefined() {
    assertThat(run("merit", "weights").out())
        .containsPattern("health +1.500 +1.650")
        .contains("experiment 7 was noticed too late", "health 1.500 -> 1.650", "chaos-7: missed");
  }

  @Test
  void aPersonLiftsABlock() {
    stack.on(
        "/resources/site/merit/unblock",
        "{\"resource\": \"site\", \"lifted\": [{\"pair\": [\"east\", \"west\"]}]}",
        "{\"resource\": \"site\", \"lifted\": []}");

    assertThat(run("merit", "unblock", "site").out())
        .contains("site may be moved between east and west again");
    assertThat(run("merit", "unblock", "site").out()).contains("nothing of site was blocked");
    assertThat(stack.received())
        .extracting(Received::path)
        .contains("/resources/site/merit/unblock");
  }

  @Test
  void aPersonLetsAResourceReturn() {
    stack.on(
        "/resources/site/merit/return",
        "{\"resource\": \"site\", \"rollback\": \"site-e3\"}",
        "{\"resource\": \"site\"}");

    assertThat(run("merit", "return", "site").out()).contains("rollback site-e3");
    assertThat(run("merit", "return", "site").out()).contains("does not wait to return");
  }

  @Test
  void theHistoryIsALineOfBarsAPlaceAndMetric() {
    stack.on(
        "/resources/site/merit/history",
        """
        {"resource": "site", "from": "2026-01-01T00:00:00Z", "to": "2026-01-01T01:00:00Z",
         "times": ["2026-01-01T00:00:00Z", "2026-01-01T00:10:00Z", "2026-01-01T00:20:00Z"],
         "lines": [{"cell": "east", "metric": "merit", "values": [1.0, null, 0.0]},
           {"cell": "west", "metric": "lag", "values": [30.0, 60.0, 15.0]}]}
        """);
    Shell shell = run("merit", "site", "--history", "--since", "2h");
    assertThat(shell.code()).isZero();
    assertThat(shell.out())
        .containsPattern("east +merit +0.000 +0.000 +1.000 +\u2588\\.\u2581")
        .containsPattern("west +lag +15 +15 +60 +\u2585\u2588\u2583");
    assertThat(run("merit", "--history").code()).isEqualTo(2);
    assertThat(run("merit", "site", "--since", "2h").code()).isEqualTo(2);
    assertThat(run("merit", "site", "--history", "--since", "soon").code()).isEqualTo(2);
  }

  @Test
  void anUnknownResourceIsNamed() {
    Shell shell = run("merit", "other");
    assertThat(shell.code()).isNotZero();
    assertThat(shell.err()).contains("other");
  }
}
