package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `journal` with a store and nothing else, and by gnomon.yaml.
class JournalCommandTest {
  @TempDir Path work;
  private Path live;
  private String store;

  @BeforeEach
  void place() throws IOException {
    live = Files.createDirectory(work.resolve("live"));
    store = "file:" + work.resolve("store");
  }

  private Shell journal(String... words) {
    List<String> all = new ArrayList<>(List.of("journal"));
    all.addAll(Arrays.asList(words));
    all.addAll(List.of("--store", store));
    return Shell.run(all.toArray(String[]::new));
  }

  private Shell append(String... lines) throws IOException {
    Path file = Files.write(work.resolve("lines"), List.of(lines));
    return journal("append", "site", "--file", file.toString());
  }

  /// Three transactions, written in the live place too.
  private void threeTransactions() throws IOException {
    Files.writeString(live.resolve("a"), "3");
    Files.writeString(live.resolve("b"), "2");
    Shell appended =
        append(
            line("t1", "10:00", put("a", "1")),
            line("t2", "11:00", put("a", "2") + "," + put("b", "2")),
            line("t3", "12:00", put("a", "3")));
    assertThat(appended.err()).isEmpty();
    assertThat(appended.out()).contains("appended 3 transactions; 0 were there before");
  }

  private static String line(String id, String time, String writes) {
    return "{\"id\":\"%s\",\"time\":\"2026-01-01T%s:00Z\",\"writes\":[%s]}"
        .formatted(id, time, writes);
  }

  private static String put(String key, String text) {
    return "{\"op\":\"put\",\"key\":\"%s\",\"text\":\"%s\"}".formatted(key, text);
  }

  @Test
  void whatIsAppendedIsListedAndShownAndTakenOnce() throws IOException {
    threeTransactions();

    assertThat(append(line("t1", "10:00", put("a", "1"))).out())
        .contains("appended 0 transactions; 1 were there before");
    assertThat(journal("list", "site", "--json").json().findValuesAsText("id"))
        .containsExactly("t1", "t2", "t3");
    assertThat(journal("list", "site", "--limit", "1").out()).contains("t3").doesNotContain("t2");
    assertThat(journal("show", "site", "t2").out()).contains("put a (1 B)", "put b (1 B)");
    assertThat(journal("show", "site", "3").out()).contains("3: t3 of /gnomon/cli");
    assertThat(journal("status", "site").out()).contains("3 transactions to position 3");
    assertThat(journal("show", "site", "t9").err()).contains("no transaction 't9'");
  }

  @Test
  void manyLargeLinesAreAppendedInParts() throws IOException {
    Random random = new Random(1);
    String[] lines = new String[24];
    for (int i = 0; i < lines.length; i++) {
      byte[] content = new byte[600_000];
      random.nextBytes(content);
      String text = Base64.getEncoder().encodeToString(content);
      lines[i] =
          line(
              "t" + i,
              "10:00",
              "{\"op\":\"put\",\"key\":\"a\",\"content\":\"%s\"}".formatted(text));
    }

    assertThat(append(lines).out()).contains("appended 24 transactions");
    try (Stream<Path> batches = Files.list(work.resolve("store/store/journal/site/batches"))) {
      assertThat(batches.count()).isGreaterThan(4);
    }
  }

  @Test
  void anyMomentIsRestored() throws IOException {
    threeTransactions();
    Path to = work.resolve("to");
    String[] at = {"restore", "site", "--at", "2026-01-01T11:30:00Z", "--to", to.toString()};

    Shell restored = journal(at);
    assertThat(restored.code()).as(restored.err()).isZero();
    assertThat(to.resolve("a")).hasContent("2");
    assertThat(to.resolve("b")).hasContent("2");

    Shell dry =
        journal("restore", "site", "--transaction", "t1", "--to", to.toString(), "--dry-run");
    assertThat(dry.out()).contains("write a (1 B)", "delete b", "would restore position 1");
    assertThat(to.resolve("b")).exists();
    Shell deletes = journal("restore", "site", "--position", "1", "--to", to.toString());
    assertThat(deletes.code()).isEqualTo(1);
    assertThat(deletes.err()).contains("it would delete 1 of the 2 files", "--allow-deletes");
    assertThat(
            journal("restore", "site", "--position", "1", "--to", to.toString(), "--allow-deletes")
                .code())
        .isZero();
    assertThat(to.resolve("b")).doesNotExist();
    assertThat(journal("restore", "site", "--position", "7", "--to", to.toString()).err())
        .contains("ends at position 3");
  }

  @Test
  void theLastWritesAreUndoneWhereTheyWereMade() throws IOException {
    threeTransactions();

    Shell dry = journal("undo", "site", "--last", "2", "--in", live.toString(), "--dry-run");
    assertThat(dry.out()).contains("write a (1 B)", "delete b", "would undo 3 writes");
    assertThat(live.resolve("a")).hasContent("3");
    Shell undone = journal("undo", "site", "--last", "2", "--in", live.toString());

    assertThat(undone.err()).isEmpty();
    assertThat(undone.out()).contains("undid 3 writes (2 transactions) after position 1");
    assertThat(live.resolve("a")).hasContent("1");
    assertThat(live.resolve("b")).doesNotExist();
    assertThat(journal("undo", "site", "--after", "3", "--in", live.toString()).code()).isZero();
    assertThat(live.resolve("a")).hasContent("3");
    assertThat(journal("undo", "site", "--before", "t1", "--in", live.toString()).code()).isZero();
    assertThat(live).isEmptyDirectory();
  }

  @Test
  void anUndoThatFailsSaysHowToGoOn() throws IOException {
    threeTransactions();
    Files.delete(live.resolve("a"));
    Files.createDirectory(live.resolve("a"));

    Shell failed = journal("undo", "site", "--last", "2", "--in", live.toString());
    Files.delete(live.resolve("a"));
    Shell again = journal("undo", "site", "--after", "1", "--in", live.toString());

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("gnomon journal undo site --after 1 goes on with it");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(live.resolve("a")).hasContent("1");
  }

  @Test
  void aPlaceThatHoldsTheStoreIsNotRestoredTo() throws IOException {
    threeTransactions();
    for (int i = 0; i < 100; i++) {
      Files.writeString(work.resolve("file" + i), "data");
    }
    Path link = Files.createSymbolicLink(work.resolve("link"), work);
    for (Path to : List.of(work, work.resolve("store"), link)) {
      Shell refused =
          journal("restore", "site", "--position", "1", "--to", to.toString(), "--allow-deletes");
      assertThat(refused.code()).as(to.toString()).isEqualTo(1);
      assertThat(refused.err()).contains("overlap");
    }
    Path copy = work.resolve("copy");
    try (Stream<Path> paths = Files.walk(work.resolve("store"))) {
      for (Path path : paths.toList()) {
        Files.copy(path, copy.resolve(work.resolve("store").relativize(path)));
      }
    }
    assertThat(
            journal(
                    "restore",
                    "site",
                    "--position",
                    "1",
                    "--to",
                    copy.toString(),
                    "--allow-deletes")
                .err())
        .contains("holds a shadow store");
    assertThat(copy.resolve("store/format")).exists();
    assertThat(journal("status", "site").code()).isZero();
  }

  @Test
  void bigContentIsUploaded() throws IOException {
    Path big = Files.writeString(work.resolve("big"), "big".repeat(500_000));
    var upload = journal("upload", "site", big.toString(), "--json").json();

    append(
        line(
            "t1",
            "10:00",
            "{\"op\":\"put\",\"key\":\"big\",\"upload\":\"%s\",\"size\":%d}"
                .formatted(upload.path("upload").asText(), upload.path("size").asLong())));
    Path to = work.resolve("to");
    journal("restore", "site", "--position", "1", "--to", to.toString());

    assertThat(to.resolve("big")).hasSameBinaryContentAs(big);
  }

  @Test
  void aJournalBeginsOnAPoint() throws IOException {
    Files.writeString(live.resolve("old"), "old");
    Shell.run("shadow", "--store", store, "--path", live.toString(), "--resource", "site");

    assertThat(journal("begin", "site", "--point", "site@1").out())
        .contains("base at 0: 1 key, 3 B, from site@1");
    append(line("t1", "10:00", put("new", "new")));
    Path to = work.resolve("to");
    journal("restore", "site", "--position", "1", "--to", to.toString());

    assertThat(to.resolve("old")).hasContent("old");
    assertThat(to.resolve("new")).hasContent("new");
  }

  @Test
  void linesThatAreNoTransactionsAreNamed() throws IOException {
    assertThat(append("{}").err()).contains("line 1");
    assertThat(append(line("t1", "10:00", put("a", "1")), "", "nonsense").err()).contains("line 3");
    assertThat(append(line("t1", "10:00", "{\"op\":\"put\",\"key\":\"a\"}")).err())
        .contains("line 1");
    assertThat(journal("restore", "site", "--to", "x").code()).isEqualTo(2);
    assertThat(journal("undo", "site", "--last", "1").err()).contains("--in DIR");
  }

  @Test
  void withoutAStoreTheCatalogueSaysWhereItIs() throws IOException {
    String config =
        TwoCells.catalogue(
            work, "live", ", type: transactional, segment: { size: 1KiB, every: 1m }");
    Files.createDirectories(work.resolve("data/cells/west"));
    store = "file:" + work.resolve("data/cells/west");
    threeTransactions();

    Shell listed = Shell.run("journal", "list", "site", "--config", config, "--json");

    assertThat(listed.err()).isEmpty();
    assertThat(listed.json().findValuesAsText("id")).containsExactly("t1", "t2", "t3");
    assertThat(Shell.run("journal", "undo", "site", "--last", "1", "--config", config).err())
        .contains("no stack is running", "--in DIR");
    assertThat(
            Shell.run(
                    "journal",
                    "restore",
                    "site",
                    "--position",
                    "1",
                    "--to",
                    live.toString(),
                    "--config",
                    config)
                .err())
        .contains("journal undo");
  }
}
