package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `shadow`, `points` and `restore` with a store and nothing else.
class StoreCommandsTest {
  @TempDir Path work;
  private Path site;
  private String store;

  @BeforeEach
  void makeSite() throws IOException {
    site = Files.createDirectories(work.resolve("My Site"));
    Files.writeString(site.resolve("index.html"), "hello");
    Files.createDirectory(site.resolve("sub"));
    Files.writeString(site.resolve("sub/ü.txt"), "world");
    store = "file:" + work.resolve("the store");
  }

  @Test
  void aPointComesBackAsItWas() throws IOException {
    Shell shadow = Shell.run("shadow", "--store", store, "--path", site.toString(), "--json");
    Path target = work.resolve("restored");
    Shell restore =
        Shell.run(
            "restore",
            "--store",
            store,
            "--point",
            "my-site@1",
            "--to",
            target.toString(),
            "--json");

    assertThat(shadow.code()).isZero();
    assertThat(shadow.json().path("id").asText()).isEqualTo("my-site@1");
    assertThat(shadow.json().path("files").asInt()).isEqualTo(2);
    assertThat(restore.code()).isZero();
    assertThat(restore.json().path("filesWritten").asInt()).isEqualTo(2);
    assertThat(target.resolve("index.html")).hasContent("hello");
    assertThat(target.resolve("sub/ü.txt")).hasContent("world");
  }

  @Test
  void aPlaceThatHoldsTheStoreIsNotRestoredTo() {
    Shell.run("shadow", "--store", store, "--path", site.toString());
    for (String to : List.of(work.toString(), work + "/the store", work + "/the store/new")) {
      Shell refused =
          Shell.run(
              "restore", "--store", store, "--point", "my-site@1", "--to", to, "--allow-deletes");
      assertThat(refused.code()).as(to).isEqualTo(1);
      assertThat(refused.err()).contains("overlap");
    }
    assertThat(Shell.run("shadow", "--store", store, "--path", site.toString()).code()).isZero();
  }

  @Test
  void aDryRunSaysBytesAndGuessesSecondsAndDoesNothing() throws IOException {
    Shell.run("shadow", "--store", store, "--path", site.toString());
    String[] dry = {
      "restore", "--store", store, "--point", "my-site@1", "--to", work + "/new", "--dry-run"
    };
    Shell people = Shell.run(dry);
    Shell machines =
        Shell.run(Stream.concat(Arrays.stream(dry), Stream.of("--json")).toArray(String[]::new));

    assertThat(people.out()).contains("would write 2 files (10 B)").contains("estimate: 1 s");
    assertThat(machines.json().path("bytesToWrite").asInt()).isEqualTo(10);
    assertThat(machines.json().path("estimate").path("seconds").asDouble()).isPositive();
    assertThat(work.resolve("new")).doesNotExist();
  }

  @Test
  void trustedStatsHideDamageThatKeepsThemAndNothingElse() throws IOException {
    Shell.run("shadow", "--store", store, "--path", site.toString());
    Path unseen = site.resolve("index.html");
    FileTime time = Files.getLastModifiedTime(unseen);
    Files.writeString(unseen, "HELLO");
    Files.setLastModifiedTime(unseen, time);
    Files.writeString(site.resolve("sub/ü.txt"), "WORLD");
    String[] restore = {
      "restore", "--store", store, "--point", "my-site@1", "--to", site.toString(), "--trust-stat"
    };
    Shell trusting = Shell.run(restore);
    String after = Files.readString(unseen);
    Shell reading = Shell.run(Arrays.copyOf(restore, restore.length - 1));

    assertThat(trusting.code()).as(trusting.err()).isZero();
    assertThat(site.resolve("sub/ü.txt")).hasContent("world");
    assertThat(after).isEqualTo("HELLO");
    assertThat(reading.code()).isZero();
    assertThat(unseen).hasContent("hello");
  }

  @Test
  void theCompressionIsChosenByAnOption() throws IOException {
    Files.writeString(site.resolve("index.html"), "a line of many\n".repeat(20_000));
    long[] stored = new long[3];
    String[] codecs = {"zstd", "lz4", "none"};
    for (int i = 0; i < codecs.length; i++) {
      String into = store + codecs[i];
      Shell shadow =
          Shell.run(
              "shadow",
              "--store",
              into,
              "--path",
              site.toString(),
              "--compression",
              codecs[i],
              "--json");
      stored[i] = shadow.json().path("storedBytes").asLong();
      Path target = work.resolve("restored-" + codecs[i]);
      Shell.run("restore", "--store", into, "--point", "my-site@1", "--to", target.toString());
      assertThat(target.resolve("index.html")).hasSameBinaryContentAs(site.resolve("index.html"));
    }

    assertThat(stored[0]).isLessThan(stored[1]);
    assertThat(stored[1]).isLessThan(10_000);
    assertThat(stored[2]).isGreaterThan(300_000);
    Shell unknown =
        Shell.run("shadow", "--store", store, "--path", site.toString(), "--compression", "gzip");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("expected zstd, lz4 or none, found 'gzip'");
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    shadow();
    Path target = work.resolve("restored");

    Shell plan =
        Shell.run(
            "restore",
            "--store",
            store,
            "--point",
            "site@1",
            "--to",
            target.toString(),
            "--dry-run");

    assertThat(plan.code()).isZero();
    assertThat(plan.out()).contains("would write 2 files (10 B)");
    assertThat(target).doesNotExist();
  }

  @Test
  void manyDeletesNeedTheWordOfAPerson() throws IOException {
    shadow();
    Path target = Files.createDirectories(work.resolve("full"));
    Files.writeString(target.resolve("mine"), "do not lose me");

    Shell refused =
        Shell.run("restore", "--store", store, "--point", "site@1", "--to", target.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("it would delete 1 of the 1 files")
        .contains("--allow-deletes");
    assertThat(target.resolve("mine")).exists();
    Shell allowed =
        Shell.run(
            "restore",
            "--store",
            store,
            "--point",
            "site@1",
            "--to",
            target.toString(),
            "--allow-deletes");

    assertThat(allowed.code()).isZero();
    assertThat(target.resolve("mine")).doesNotExist();
  }

  @Test
  void pointsAreListedShownAndComparedWithoutAStack() throws IOException {
    shadow();
    Files.writeString(site.resolve("new"), "new");
    shadow();
    Shell.run("shadow", "--store", store, "--path", site.toString(), "--resource", "other");

    JsonNode all = Shell.run("points", "list", "--store", store, "--json").json();
    Shell some = Shell.run("points", "list", "--store", store, "--resource", "site");
    Shell shown = Shell.run("points", "show", "site@2", "--store", store);
    Shell diff = Shell.run("points", "diff", "site@1", "site@2", "--store", store);

    assertThat(all.findValuesAsText("id")).containsExactlyInAnyOrder("other@1", "site@1", "site@2");
    assertThat(some.out()).contains("site@1", "site@2").doesNotContain("other@1");
    assertThat(shown.out()).contains("id: site@2").contains("files: 3");
    assertThat(diff.out()).contains("+ new (3 B)");
  }

  @Test
  void pointsAreTaggedHeldAndExpiredWithoutAStack() throws IOException {
    for (int i = 0; i < 4; i++) {
      Files.writeString(site.resolve("number"), "" + i);
      shadow();
    }
    Shell tag = points("tag", "site@1", "release-7");
    Shell hold = points("hold", "site@2", "--reason", "the audit");
    Shell tagged = points("list", "--tag", "release-7");
    Shell noRules = points("expire", "site", "--dry-run");
    Shell plan = points("expire", "site", "--last", "1", "--keep-tagged", "release-7", "--dry-run");
    Shell done = points("expire", "site", "--last", "1", "--keep-tagged", "release-7", "--json");
    Shell late = points("hold", "site@3", "--reason", "too late");
    Shell release = points("release", "site@2");
    Shell untag = points("untag", "site@1", "release-7");
    points("expire", "site", "--last", "1", "--keep-tagged", "*");

    assertThat(tag.out()).isEqualTo("site@1 has tag release-7\n");
    assertThat(hold.out()).isEqualTo("site@2 has hold the audit\n");
    assertThat(tagged.out()).contains("site@1").doesNotContain("site@2");
    assertThat(noRules.code()).isEqualTo(2);
    assertThat(plan.out())
        .containsPattern("site@4 .* stays +newest, last 1 of 1, last good")
        .containsPattern("site@3 .* goes")
        .containsPattern("site@2 .* stays +hold the audit")
        .containsPattern("site@1 .* stays +tag release-7")
        .contains("would delete 1 of 4 points");
    assertThat(done.json().path("expired").get(0).asText()).isEqualTo("site@3");
    assertThat(late.code()).isEqualTo(1);
    assertThat(late.err()).contains("there is no point site@3");
    assertThat(release.out()).isEqualTo("site@2 has no tags and no holds\n");
    assertThat(untag.code()).isZero();
    assertThat(points("list", "--json").json().findValuesAsText("id")).containsExactly("site@4");
  }

  @Test
  void theStoreOfAStackIsNotExpiredWithoutIt() throws IOException {
    shadow();
    Files.writeString(site.resolve("new"), "new");
    shadow();
    Path mark = work.resolve("the store/cell/probe");
    Files.createDirectories(mark.getParent());
    Files.writeString(mark, "{}");

    Shell shell = points("expire", "site", "--last", "1");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("belongs to a cell of a stack");
    assertThat(points("list", "--json").json()).hasSize(2);
  }

  @Test
  void aPointIsVerifiedAndExportedWithoutAStack() throws IOException {
    shadow();
    Path archive = work.resolve("site.tar");

    Shell whole = points("verify", "site@1");
    Shell json = points("verify", "site@1", "--json");
    Shell exported = points("export", "site@1", "--to", archive.toString());
    Shell piped = points("export", "site@1", "--to", "-", "--path", "sub");
    Shell missing = points("export", "site@1", "--to", "-", "--path", "none");
    Shell both = points("export", "site@1", "--to", "-", "--json");
    Shell full = points("export", "site@1", "--to", "/dev/full");

    assertThat(whole.code()).isZero();
    assertThat(whole.out()).startsWith("site@1 is whole: 2 files, ");
    assertThat(json.json().path("whole").asBoolean()).isTrue();
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(exported.out()).contains("site@1 is in " + archive);
    assertThat(Files.size(archive)).isEqualTo(10_240);
    assertThat(piped.out()).contains("path=./ü.txt").contains("world").doesNotContain("hello");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("point site@1 has no 'none'");
    assertThat(both.code()).isEqualTo(2);
    if (Files.exists(Path.of("/dev/full"))) {
      assertThat(full.code()).isEqualTo(1);
    }
  }

  @Test
  void damageIsNamedWithItsPathAndTheExitCodeSaysSo() throws IOException {
    byte[] random = new byte[200_000];
    new java.util.Random(1).nextBytes(random);
    Files.write(site.resolve("sub/big"), random);
    shadow();
    try (var packs = Files.list(work.resolve("the store/store/packs"))) {
      Path big = packs.max(java.util.Comparator.comparing(p -> p.toFile().length())).orElseThrow();
      byte[] bytes = Files.readAllBytes(big);
      for (int i = 60_000; i < 60_100; i++) {
        bytes[i] ^= 0x55;
      }
      big.toFile().setWritable(true);
      Files.write(big, bytes);
    }

    Shell verify = points("verify", "site@1");
    Shell export = points("export", "site@1", "--to", work.resolve("site.tar").toString());

    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.out()).contains("sub/big: object 'store/packs/").contains("1 path can't");
    assertThat(export.code()).isEqualTo(1);
    assertThat(export.err()).contains("site@1 is damaged at 'sub/big'");
    try (var files = Files.list(work)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("My Site", "the store");
    }
  }

  private Shell points(String... words) {
    List<String> all = new ArrayList<>(List.of("points"));
    all.addAll(List.of(words));
    all.addAll(List.of("--store", store));
    return Shell.run(all.toArray(String[]::new));
  }

  @Test
  void aPointThatIsNotThereIsSaidWithThoseThatAre() throws IOException {
    shadow();

    Shell shell =
        Shell.run(
            "restore", "--store", store, "--point", "site@9", "--to", work.resolve("x").toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err())
        .contains("there is no point site@9 in the store; it has site@1 to site@1");
  }

  @Test
  void aStoreThatIsNotThereIsNotMadeByReading() {
    Shell shell = Shell.run("points", "list", "--store", "file:" + work.resolve("none"));

    assertThat(shell.code()).isEqualTo(1);
    assertThat(work.resolve("none")).doesNotExist();
  }

  @Test
  void aSourceThatIsNoDirectoryIsSaid() {
    Shell shell = Shell.run("shadow", "--store", store, "--path", work.resolve("none").toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("is not a directory");
  }

  @Test
  void progressIsDrawnOnATerminalOnly() {
    Shell plain = shadow();
    Shell terminal =
        Shell.onTerminal(
            "shadow", "--store", store, "--path", site.toString(), "--resource", "site");

    assertThat(plain.err()).isEmpty();
    assertThat(terminal.err()).contains("\r");
  }

  private Shell shadow() {
    Shell shell =
        Shell.run("shadow", "--store", store, "--path", site.toString(), "--resource", "site");
    assertThat(shell.err()).isEmpty();
    assertThat(shell.code()).isZero();
    return shell;
  }

  @Test
  void anEncryptedStoreOpensWithItsKeyAndKeysAreExchanged() throws IOException {
    String first = key("first", "0f");
    String second = key("second", "f0");
    Path target = work.resolve("restored");

    Shell shadow = Shell.run("shadow", "--store", store, "--path", site.toString(), "--key", first);
    Shell without = Shell.run("points", "list", "--store", store);
    Shell wrong = Shell.run("points", "list", "--store", store, "--key", second);
    Shell added =
        Shell.run("store", "keys", "add", "--store", store, "--key", first, "--new-key", second);
    Shell list = Shell.run("store", "keys", "list", "--store", store, "--json");
    String old = without.err().replaceAll("(?s).*\\[(raw-[0-9a-f]{32}) .*", "$1");
    Shell last = Shell.run("store", "keys", "remove", "--store", store, "--key", first, old);
    Shell removed = Shell.run("store", "keys", "remove", "--store", store, "--key", second, old);
    Shell gone = Shell.run("points", "list", "--store", store, "--key", first);
    Shell restore =
        Shell.run(
            "restore",
            "--store",
            store,
            "--key",
            second,
            "--point",
            "my-site@1",
            "--to",
            target.toString());

    assertThat(shadow.code()).isZero();
    assertThat(without.code()).isEqualTo(1);
    assertThat(without.err()).contains("is encrypted, and no key was given");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("not by the key that was given");
    assertThat(added.code()).isZero();
    assertThat(added.out()).contains(": added");
    assertThat(list.json()).hasSize(2);
    assertThat(list.json().findValuesAsText("key")).contains(old);
    assertThat(last.code()).isEqualTo(1);
    assertThat(last.err()).contains("name another key of the store");
    assertThat(removed.out()).contains(old + ": removed");
    assertThat(gone.code()).isEqualTo(1);
    assertThat(restore.code()).isZero();
    assertThat(target.resolve("index.html")).hasContent("hello");
  }

  @Test
  void keysOfAStoreThatHasNoneAreOneSentence() throws IOException {
    shadow();

    Shell list = Shell.run("store", "keys", "list", "--store", store);
    Shell add = Shell.run("store", "keys", "add", "--store", store, "--new-key", "env:X");
    Shell encrypt =
        Shell.run("shadow", "--store", store, "--path", site.toString(), "--key", key("key", "0f"));

    assertThat(list.code()).isEqualTo(1);
    assertThat(list.err()).contains("the shadow store is not encrypted");
    assertThat(add.code()).isEqualTo(2);
    assertThat(add.err()).contains("--key names a key that the store has");
    assertThat(encrypt.code()).isEqualTo(1);
    assertThat(encrypt.err()).contains("was begun without encryption and stays so");
    assertThat(Shell.run("store", "keys").code()).isEqualTo(2);
    assertThat(Shell.run("store").err()).contains("which of").contains("keys");
  }

  private String key(String name, String digits) throws IOException {
    Path file = Files.writeString(work.resolve(name), digits.repeat(32));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return "file:" + file;
  }
}
