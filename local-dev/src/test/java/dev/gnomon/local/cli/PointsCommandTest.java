package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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

  private static final String DIFF =
      """
      {"added": ["dir", "dir/new"], "removed": ["old"], "changed": ["both", "link", "mode", "odd"],
       "differences": 7, "truncated": false, "changes": [
        {"path": "dir", "what": "added", "before": "", "after": "directory", "bytesBefore": 0, "bytesAfter": 0},
        {"path": "dir/new", "what": "added", "before": "", "after": "file", "bytesBefore": 0, "bytesAfter": 2048},
        {"path": "old", "what": "removed", "before": "file", "after": "", "bytesBefore": 10, "bytesAfter": 0},
        {"path": "both", "what": "content", "before": "file", "after": "file", "bytesBefore": 1, "bytesAfter": 3},
        {"path": "link", "what": "content", "before": "symbolic link", "after": "symbolic link"},
        {"path": "mode", "what": "metadata", "before": "file", "after": "file", "bytesBefore": 1, "bytesAfter": 1},
        {"path": "odd", "what": "kind", "before": "file", "after": "symbolic link", "bytesBefore": 4, "bytesAfter": 0}],
       "stat": {"added": {"entries": 2, "bytesBefore": 0, "bytesAfter": 2048},
        "removed": {"entries": 1, "bytesBefore": 10, "bytesAfter": 0},
        "content": {"entries": 2, "bytesBefore": 1, "bytesAfter": 3},
        "metadata": {"entries": 1, "bytesBefore": 1, "bytesAfter": 1},
        "kind": {"entries": 1, "bytesBefore": 4, "bytesAfter": 0}}}
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
    stack.on("/points/diff?cell=west&a=site%402&b=site%401", DIFF);

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

    Shell stat =
        Shell.run("points", "diff", "site@2", "site@1", "--stat", "--data", data.toString());

    assertThat(text.out())
        .isEqualTo(
            """
            + dir (directory)
            + dir/new (2.0 KiB)
            - old (10 B)
            ~ both (1 B -> 3 B)
            ~ link (another target)
            m mode
            ! odd (file -> symbolic link)
            7 differences
              added     2, 2.0 KiB
              removed   1, 10 B
              content   2, 1 B -> 3 B
              metadata  1
              kind      1, 4 B -> 0 B
            """);
    assertThat(json.json().path("differences").asInt()).isEqualTo(7);
    assertThat(stat.out()).startsWith("7 differences\n  added     2, 2.0 KiB\n");
  }

  @Test
  void pointsOfTwoCellsAreNotCompared() {
    Shell shell =
        Shell.run("points", "diff", "west:site@2", "north:site@1", "--data", data.toString());

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err()).contains("lie in two stores");
  }

  @Test
  void aCellMayBeNamedWithThePoint() throws IOException {
    Shell clear = Shell.run("points", "show", "north:site@1", "--data", data.toString(), "--json");
    Shell twice =
        Shell.run("points", "show", "north:site@1", "--cell", "west", "--data", data.toString());

    assertThat(clear.json().path("cell").asText()).isEqualTo("north");
    assertThat(twice.code()).isEqualTo(2);
  }

  @Test
  void tagsAndHoldsAreSaidToTheCellOfThePoint() {
    stack.on(
        "/points/west/site%402/marks",
        "{\"cell\": \"west\", \"tags\": [\"release-7\"], \"holds\": [{\"reason\": \"the audit\"}]}");

    Shell tag = Shell.run("points", "tag", "site@2", "release-7", "--data", data.toString());
    Shell hold =
        Shell.run("points", "hold", "site@2", "--reason", "the audit", "--data", data.toString());
    Shell release = Shell.run("points", "release", "site@2", "--data", data.toString());
    Shell noTag = Shell.run("points", "tag", "site@2", "a b", "--data", data.toString());

    assertThat(tag.out()).isEqualTo("site@2 has tag release-7, hold the audit\n");
    assertThat(hold.code()).isZero();
    assertThat(release.code()).isZero();
    assertThat(noTag.code()).isEqualTo(2);
    assertThat(stack.received().stream().filter(r -> r.method().equals("POST")))
        .extracting(FakeStack.Received::body)
        .containsExactly(
            "{\"what\":\"tag\",\"text\":\"release-7\"}",
            "{\"what\":\"hold\",\"text\":\"the audit\"}",
            "{\"what\":\"release\"}");
  }

  @Test
  void whatIsDamagedIsNamedAndTheExitCodeSaysSo() throws IOException {
    stack.on(
        "/points/west/site%402/verify",
        """
        {"point": "site@2", "files": 3, "chunks": 2, "bytes": 2048, "damagedPaths": 5, "whole": false,
         "damaged": [{"path": "a/b", "reason": "object 'store/packs/x' is missing"}]}
        """);

    Shell text = Shell.run("points", "verify", "site@2", "--data", data.toString());
    Shell json = Shell.run("points", "verify", "site@2", "--data", data.toString(), "--json");

    assertThat(text.code()).isEqualTo(1);
    assertThat(text.out())
        .isEqualTo(
            "a/b: object 'store/packs/x' is missing\n"
                + "site@2 is damaged: 5 paths can't be restored, not all are shown\n");
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.json().path("damagedPaths").asInt()).isEqualTo(5);
  }

  @Test
  void thePlanOfAnExpirySaysWhatGoesAndWhyTheOthersStay() {
    stack.on(
        "/points/expiry?resource=site",
        """
        [{"cell": "west", "point": "site@2", "time": "2026-01-02T00:00:00Z", "stays": true,
          "why": ["newest", "daily 2026-01-02"]},
         {"cell": "west", "point": "site@1", "time": "2026-01-01T00:00:00Z", "stays": false, "why": []}]
        """);
    stack.on("/points/expire", "{\"points\": [{\"cell\": \"west\", \"point\": \"site@1\"}]}");

    Shell plan = Shell.run("points", "expire", "site", "--dry-run", "--data", data.toString());
    Shell done = Shell.run("points", "expire", "site", "--data", data.toString());
    Shell rules = Shell.run("points", "expire", "site", "--last", "3", "--data", data.toString());

    assertThat(plan.out())
        .containsPattern("site@2 +west .* stays +newest, daily 2026-01-02")
        .containsPattern("site@1 +west .* goes +no rule keeps it")
        .contains("would delete 1 of 2 points");
    assertThat(done.out()).isEqualTo("  west:site@1\ndeleted 1 point\n");
    assertThat(rules.code()).isEqualTo(2);
  }

  @Test
  void anArchiveIsWrittenWholeOrNotAtAll() throws IOException {
    stack.on("/points/west/site%402/export?path=a%2Fb", "the archive");
    Path file = data.resolve("site.tar");

    Shell first = export(file);
    Shell again = export(file);
    stack.on(
        "/points/west/site%402/export?path=a%2Fb",
        new FakeStack.Answer(400, "{\"detail\": \"point site@2 has no 'a/b'\"}"));
    Shell refused = export(data.resolve("other.tar"));

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(file).hasContent("the archive");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("it is there already");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("point site@2 has no 'a/b'");
    try (var files = Files.list(data)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("gnomon.json", "site.tar");
    }
  }

  private Shell export(Path file) {
    return Shell.run(
        "points",
        "export",
        "site@2",
        "--path",
        "a/b",
        "--to",
        file.toString(),
        "--data",
        data.toString());
  }

  @Test
  void aHeldPointIsAcceptedInItsCell() {
    stack.on("/points/west/site%402/accept", "");

    Shell shell = Shell.run("points", "accept", "site@2", "--data", data.toString());

    assertThat(shell.code()).isZero();
    assertThat(stack.received().getLast().path()).isEqualTo("/points/west/site%402/accept");
  }
}
