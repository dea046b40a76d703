package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
  private static final String DECISION =
      """
      {"resource": "site", "trigger": "failure of site predicted", "evidence": ["errors \\u001b[31mdoubled"],
       "action": "ROLLED_BACK", "reason": "rollback site-e1 begins", "rollback": "site-e1",
       "time": "2026-01-01T00:00:00Z", "id": "site-d1",
       "weighing": {
         "forecast": {"probability": 0.8, "confidence": 0.9, "onset": "2026-01-01T00:00:00Z",
           "at": "2026-01-01T00:01:00Z", "leadSeconds": 60.0, "model": "fused-3", "features": ["latency.now 5.2 decades, +2.40: latency is at 5.2 decades"]},
         "weight": 3.0, "point": {"cell": "west", "point": "site@4"}, "lossSeconds": 30.0,
         "costs": [
           {"option": "STAY", "total": 900.5, "terms": [{"name": "outage", "cost": 900.5, "says": "p 0.8 x weight 3"}]},
           {"option": "SWITCH", "total": 12.25, "terms": [{"name": "away", "cost": 12.25, "says": "weight 3"}],
            "effort": {"seconds": 0.05, "basis": "median of 3 earlier switches"}}],
         "closed": [{"option": "PRE_STAGE", "why": "a fresh shadow would take it away"}],
         "chosen": "SWITCH", "why": "switch is expected to cost least"}}
      """;
  private static final String PLAIN =
      """
      {"resource": "site", "trigger": "update u1 failed", "evidence": [], "action": "NOTIFIED",
       "reason": "people are told", "time": "2026-01-01T00:00:00Z", "id": "site-d2"}
      """;

  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack = new FakeStack(data).on("/decisions/site-d1", DECISION).on("/decisions/site-d2", PLAIN);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  private Shell explain(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "explain";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--data";
    all[words.length + 2] = data.toString();
    return Shell.run(all);
  }

  @Test
  void saysAllTheNumbersOfADecision() {
    Shell shell = explain("site-d1");

    assertThat(shell.code()).isZero();
    assertThat(shell.out())
        .contains("Decision site-d1 on site", "rolled back", "rollback site-e1 begins", "fused-3")
        .contains("latency.now 5.2 decades, +2.40: latency is at 5.2 decades")
        .containsPattern("stay +900\\.500")
        .containsPattern("switch \\* +12\\.250 +0\\.050 s +median of 3 earlier switches")
        .containsPattern("pre-stage +closed +- +a fresh shadow would take it away")
        .containsPattern("outage +900\\.500 +p 0\\.8 x weight 3")
        .containsPattern("point to go back to +west:site@4")
        .doesNotContain("\u001b[31m");
  }

  @Test
  void saysThatADecisionWasNotWeighed() {
    assertThat(explain("site-d2").out()).contains("notified", "It was not weighed");
  }

  @Test
  void jsonIsTheRecord() throws IOException {
    assertThat(Json.MAPPER.readTree(explain("site-d1", "--json").out()))
        .isEqualTo(Json.MAPPER.readTree(DECISION));
  }

  @Test
  void aDecisionThatIsNotThereIsSaid() {
    Shell shell = explain("site-d9");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("there is no decision 'site-d9'");
  }
}
