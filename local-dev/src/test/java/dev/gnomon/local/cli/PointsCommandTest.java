package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PointsCommandTest {
  private static final String POINTS =
      """
      [{"cell": "west", "point": {"id": "site@2", "kind": "update", "time": "2026-01-02T00:00:00.123Z", "files": 3,
        "bytes": 2048, "storedBytes": 10, "updateId": "u1", "held": true, "consistent": false, "notKeptCount": 4}},
       {"cell": "west", "point": {"id": "site@1", "kind": "interval", "time": "2026-01-01T00:00:00Z", "files": 3,
        "bytes": 2048, "storedBytes": 2048, "held": false, "consistent": true, "notKeptCount": 0}},
       {"cell": "north", "point": {"id": "site@1", "kind": "interval", "time": "2026-01-01T00:00:00Z"}}]
      """;

  @TempDir Path data;
  private FakeStack stack;

  @BeforeEach
  void start() throws IOException {
    stack = new FakeStack(data).on("/points?resource=site", POINTS);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  @Test
  void listsPointsWithWhatIsSpecialAboutThem() throws IOException {
    Shell shell = Shell.run("points", "list", "site", "--data", data.toString());
    Shell all = Shell.run("points", "list", "--data", data.toString(), "--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.out())
        .containsPattern("site@2 +west +2026-01-02T00:00:00Z +update +3 +2.0 KiB +10 B +u1 +held")
        .contains("fuzzy: changed while it was read; 4 not kept");
    assertThat(all.json()).hasSize(3);
  }

  @Test
  void anUnknownResourceIsSaid() {
    Shell shell = Shell.run("points", "list", "other", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("unknown resource 'other'");
  }

  @Test
  void aPointThatSeveralCellsHaveNeedsTheCell() throws IOException {
    Shell unclear = Shell.run("points", "show", "site@1", "--data", data.toString());
    Shell clear =
        Shell.run(
            "points", "show", "site@1", "--cell", "north", "--data", data.toString(), "--json");
    Shell only = Shell.run("points", "show", "site@2", "--data", data.toString());
    Shell none = Shell.run("points", "show", "site@9", "--data", data.toString());

    assertThat(unclear.code()).isEqualTo(2);
    assertThat(unclear.err()).contains("west, north");
    assertThat(clear.json().path("cell").asText()).isEqualTo("north");
    assertThat(only.out()).contains("updateId: u1");
    assertThat(none.code()).isEqualTo(1);
  }

  @Test
  void showsHowTwoPointsDiffer() throws IOException {
    stack.on(
        "/points/diff?cell=west&a=site%402&b=site%401",
        "{\"added\": [\"new\"], \"removed\": [\"old\"], \"changed\": [\"both\"], \"differences\": 3, \"truncated\": false}");

    Shell text = Shell.run("points", "diff", "site@2", "site@1", "--data", data.toString());
    Shell json =
        Shell.run(
            "points",
            "diff",
            "site@2",
            "site@1",
            "--cell",
            "west",
            "--data",
            data.toString(),
            "--json");

    assertThat(text.out()).isEqualTo("+ new\n- old\n~ both\n3 differences\n");
    assertThat(json.json().path("differences").asInt()).isEqualTo(3);
  }

  @Test
  void aHeldPointIsAcceptedInItsCell() {
    stack.on("/points/west/site%402/accept", "");

    Shell shell = Shell.run("points", "accept", "site@2", "--data", data.toString());

    assertThat(shell.code()).isZero();
    assertThat(stack.received().getLast().path()).isEqualTo("/points/west/site%402/accept");
  }
}
