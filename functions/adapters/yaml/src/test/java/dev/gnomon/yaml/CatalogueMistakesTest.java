package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.places.CanonicalPath;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each mistake is found, with the line that it stands in. In the catalogues `<<` marks the line
/// that is to be reported.
class CatalogueMistakesTest {
  private static final String CELLS = "cells:\n  - name: east\n  - name: west\n";
  private static final String BUCKET =
      "cells:\n  - name: east\n  - { name: west, store: \"s3+http://host/store\" }\n";
  private static final String SITE =
      """
      resources:
        - name: site
          kind: directory
          cell: east
          location: /srv/site
          shadow: { cell: west }
      """;

  private static final String ADDRESS = "s3+http://host/bucket/data";
  private static final String PREFIX =
      """
      resources:
        - name: data
          kind: s3-prefix
          cell: east
          location: s3+http://host/bucket/data
          shadow: { cell: west }
      """;

  @TempDir Path directory;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("unknown key", CELLS + "resourcs: [] #<<\n", "did you mean 'resources'?"),
        mistake("cells missing", "resources: [] #<<\n", "expected the key 'cells'"),
        mistake("name missing", "cells:\n  - store: file:x #<<\n", "expected the key 'name'"),
        mistake(
            "bad name",
            "cells:\n  - name: East #<<\n",
            "lower-case letters, digits and inner hyphens, found 'East'"),
        mistake(
            "a key instead of its address",
            "cells:\n  - name: east\n    encryption: { key: 0f0f } #<<\n",
            "expected the address of a master key: file:PATH, env:NAME or vault+https://"),
        mistake(
            "encryption without a key",
            "cells:\n  - name: east\n    encryption: {} #<<\n",
            "expected the key 'key'"),
        mistake(
            "continuous without a replica",
            CELLS
                + SITE.replace(
                    "{ cell: west }", "{ cell: west, type: full, every: continuous } #<<"),
            "of a directory only a replica: DIR is kept up to date continuously"),
        mistake(
            "continuous of another type",
            CELLS + SITE.replace("{ cell: west }", "{ cell: west, every: continuous } #<<"),
            "only a shadow of type full is kept up to date continuously"),
        mistake(
            "continuous of a prefix without a bucket to serve it",
            CELLS
                + PREFIX.replace(
                    "{ cell: west }", "{ cell: west, type: full, every: continuous } #<<"),
            "the store of cell 'west' is no bucket"),
        mistake(
            "points beside an interval",
            CELLS + SITE.replace("{ cell: west }", "{ cell: west, points: { every: 1h } } #<<"),
            "only a shadow with every: continuous has points"),
        mistake(
            "verify too often",
            CELLS
                + SITE.replace(
                    "{ cell: west }",
                    "{ cell: west, type: full, replica: /mnt/r, every: continuous, verify: 1s }"
                        + " #<<"),
            "expected at least 1m"),
        mistake(
            "points too often",
            CELLS
                + SITE.replace(
                    "{ cell: west }",
                    "{ cell: west, type: full, replica: /mnt/r, every: continuous, points: { every:"
                        + " 1ms } } #<<"),
            "expected at least 1s"),
        mistake(
            "full in an encrypted cell",
            "cells:\n  - name: east\n  - { name: west, encryption: { key: env:K } }\n"
                + SITE.replace("{ cell: west }", "{ cell: west, type: full } #<<"),
            "say serving: plaintext if that may be"),
        mistake("number as name", "cells:\n  - name: 12 #<<\n", "found the number 12"),
        mistake(
            "cells not a list",
            "cells: { name: east } #<<\n",
            "expected a list of cells, found a mapping"),
        mistake(
            "cell name twice",
            CELLS + "  - name: east #<<\n" + SITE,
            "the cell name 'east' is taken by line 2"),
        mistake(
            "duplicate key",
            CELLS + SITE + "    cell: west #<<\n",
            "'cell' stands here a second time; the first is in line 7"),
        mistake(
            "resource name twice",
            CELLS + SITE + second("site").replace("name: site", "name: site #<<"),
            "the resource name 'site' is taken"),
        mistake(
            "unknown cell of a resource",
            CELLS + SITE.replace("cell: east", "cell: eats #<<"),
            "unknown cell 'eats', expected one of east, west"),
        mistake(
            "unknown cell of a shadow",
            CELLS + SITE.replace("{ cell: west }", "{ cell: wset } #<<"),
            "unknown cell 'wset'"),
        mistake(
            "unknown control cell",
            CELLS + SITE + "control: { cell: north } #<<\n",
            "unknown cell 'north'"),
        mistake(
            "other kind",
            CELLS + SITE.replace("kind: directory", "kind: database #<<"),
            "expected directory | s3-prefix, found 'database'"),
        mistake(
            "unknown type of shadow",
            CELLS + SITE.replace("{ cell: west }", "{ cell: west, type: incremental } #<<"),
            "expected full | differential | transactional, found 'incremental'"),
        mistake(
            "both shadow and shadows",
            CELLS
                + SITE.replace("- name: site", "- name: site #<<")
                + "    shadows: [{ cell: west }]\n",
            "exactly one of shadow and shadows"),
        mistake(
            "no shadow",
            CELLS
                + SITE.replace("    shadow: { cell: west }\n", "")
                    .replace("- name: site", "- name: site #<<"),
            "exactly one of shadow and shadows"),
        mistake(
            "interval too short", shadow("every: 500ms"), "expected at least 1s, found '500ms'"),
        mistake(
            "interval no duration",
            shadow("every: often"),
            "expected a duration such as 30s, 15m, 1h30m or PT15M, or continuous, found 'often'"),
        mistake(
            "interval a number",
            shadow("every: 15"),
            "expected a duration such as 30s, 15m, 1h30m or PT15M, or continuous, found the number"
                + " 15"),
        mistake("interval zero", shadow("every: 0s"), "expected a duration above zero"),
        mistake(
            "unknown compression",
            shadow("compression: gzip"),
            "expected zstd | lz4 | none, found 'gzip'"),
        mistake(
            "replica of a differential shadow",
            shadow("replica: /mnt/r"),
            "only a shadow of type full has a replica"),
        mistake(
            "journal keys of a differential shadow",
            shadow("compactEvery: 5"),
            "only a shadow of type transactional has compactEvery"),
        mistake(
            "a segment that no store takes",
            shadow("segment: { size: 64MiB }"),
            "expected at most 10MiB, found '64MiB'"),
        mistake(
            "shadow at home",
            CELLS + SITE.replace("{ cell: west }", "{ cell: east } #<<"),
            "is lost with it: name another cell"),
        mistake(
            "two shadows in a cell",
            CELLS
                + SITE.replace(
                    "shadow: { cell: west }", "shadows:\n    - cell: west\n    - cell: west #<<"),
            "found a second in 'west'"),
        mistake(
            "switch without a replica",
            with("rollback: switch", "actuators: [{ symlink: /srv/now }]"),
            "switch of a directory needs a shadow of type full with replica: DIR"),
        mistake(
            "switch-and-restore without a link",
            CELLS
                + SITE.replace("{ cell: west }", "{ cell: west, type: full, replica: /mnt/r }")
                + "    rollback: switch-and-restore #<<\n",
            "needs a symlink actuator"),
        mistake("unknown dependency", with("dependsOn: [nobody]"), "unknown resource 'nobody'"),
        mistake("dependency on itself", with("dependsOn: [site]"), "site -> site"),
        mistake(
            "cycle",
            CELLS
                + SITE
                + "    dependsOn: [other] #<<\n"
                + second("other")
                + "    dependsOn: [site]\n",
            "site -> other -> site"),
        mistake("root as location", at("/"), "a directory that the machine needs"),
        mistake("root in disguise", at("/srv/.."), "a directory that the machine needs"),
        mistake("well-known mount root", at("/var"), "a directory that the machine needs"),
        mistake("below proc", at("/proc/self"), "a directory that the machine needs"),
        mistake("mount root", at("/mounted"), "is a mount root"),
        mistake("data directory", at("DIR/data"), "overlaps the data directory"),
        mistake("inside the data directory", at("data/x"), "overlaps the data directory"),
        mistake("around the data directory", at("DIR"), "overlaps the data directory"),
        mistake("home directory sign", at("~/site"), "'~' is not expanded"),
        mistake("NUL in a path", at("\"a\\0b\""), "expected a path"),
        mistake(
            "replica inside the location",
            replica("/srv/site/replica"),
            "lies inside the location of resource site"),
        mistake(
            "replica around the location", replica("/srv"), "a directory that the machine needs"),
        mistake(
            "location inside the replica",
            replica("/srv/a").replace("/srv/site", "/srv/a/b"),
            "contains the location of resource site"),
        mistake(
            "replica is the location",
            replica("/srv/site"),
            "is also the location of resource site"),
        mistake("replica around the data directory", replica("DIR"), "contains the data directory"),
        mistake(
            "same location twice",
            CELLS + SITE + second("other").replace("/srv/other", "/srv/site #<<"),
            "is also the location of resource site"),
        mistake(
            "nested locations",
            CELLS + SITE + second("other").replace("/srv/other", "/srv/site/in #<<"),
            "lies inside the location of resource site"),
        mistake(
            "link inside the location",
            with("actuators: [{ symlink: /srv/site/now }]"),
            "lies inside the location"),
        mistake(
            "store inside the location",
            "cells:\n  - name: east\n    store: file:/srv/site/store #<<\n  - name: west\n" + SITE,
            "lies inside the location"),
        mistake(
            "same store twice",
            "cells:\n"
                + "  - { name: east, store: \"s3+http://h/b\" }\n"
                + "  - { name: west, store: \"s3+http://h/b/\" } #<<\n"
                + SITE,
            "belongs to the cell in line 2"),
        mistake(
            "unknown store",
            "cells:\n  - { name: east, store: \"ftp://x/y\" } #<<\n  - name: west\n" + SITE,
            "expected a store: file:DIR"),
        mistake(
            "credentials in a store",
            "cells:\n  - { name: east, store: \"s3+http://a:b@h/x\" } #<<\n  - name: west\n" + SITE,
            "must not hold credentials"),
        mistake(
            "two actuators in one",
            with("actuators: [{ symlink: /a, command: [b] }]"),
            "expected exactly one of"),
        mistake("empty actuator", with("actuators: [{}]"), "expected exactly one of"),
        mistake(
            "actuator of another kind",
            with("actuators: [{ kind: command, symlink: /a }]"),
            "expected symlink by the other keys, found 'command'"),
        mistake(
            "link with a time-out",
            with("actuators: [{ symlink: /a, timeout: 3s }]"),
            "a symlink actuator has no timeout"),
        mistake(
            "webhook address",
            with("actuators: [{ webhook: \"ftp://x\" }]"),
            "begins with http:// or https://"),
        mistake("empty command", with("actuators: [{ command: [] }]"), "expected a program"),
        mistake("number in a command", with("hooks: { pre: [sleep, 1] }"), "expected an argument"),
        mistake(
            "check without a command", with("checks: [{ name: a }]"), "expected the key 'command'"),
        mistake(
            "check name twice",
            with("checks: [{ name: a, command: b }, { name: a, command: c }]"),
            "the check name 'a' is taken"),
        mistake(
            "percent too large",
            with("limits: { maxDeletePercent: 101 }"),
            "expected a whole number from 0 to 100, found the number 101"),
        mistake(
            "percent broken",
            with("limits: { maxDeletePercent: 2.5 }"),
            "expected a whole number from 0 to 100, found the number 2.5"),
        mistake(
            "confidence too large",
            with("limits: { minConfidence: 50 }"),
            "expected a number from 0 to 1, found the number 50"),
        mistake(
            "confidence as text",
            with("limits: { minConfidence: high }"),
            "expected a number from 0 to 1, found 'high'"),
        mistake(
            "keep nothing",
            with("keep: { last: 0 }"),
            "expected a whole number from 1, found the number 0"),
        mistake(
            "keep a negative number",
            with("keep: { hourly: -1 }"),
            "expected a whole number from 0, found the number -1"),
        mistake(
            "keep an unknown rule",
            with("keep: { weekly: 4 }"),
            "unknown key, expected one of daily, hourly, keepTagged, last, within"),
        mistake(
            "keep what is tagged by a text",
            with("keep: { keepTagged: release }"),
            "expected true for points with any tag, or a list of tags, found 'release'"),
        mistake(
            "keep a tag that is none",
            with("keep: { keepTagged: [\"a b\"] }"),
            "a tag is 1 to 63 letters"),
        mistake(
            "address of a bucket for a directory",
            CELLS + SITE.replace("/srv/site", "s3+http://host/bucket #<<"),
            "an address of a bucket needs kind: s3-prefix"),
        mistake(
            "key of a prefix for a directory",
            with("versions: use"),
            "only a resource of kind s3-prefix has this key"),
        mistake(
            "writer of a prefix for a directory",
            with("writer: { anonymous: true }"),
            "the writer of a directory is { uid, gid }"),
        mistake(
            "path for a prefix",
            CELLS + PREFIX.replace(ADDRESS, "/srv/site #<<"),
            "expected s3+http(s)://host[:port]/bucket[/prefix], found the scheme"),
        mistake(
            "credentials in the address",
            CELLS + PREFIX.replace(ADDRESS, "s3+http://me:secret@host/bucket #<<"),
            "must not hold credentials"),
        mistake(
            "prefix with a replica",
            CELLS + PREFIX.replace("{ cell: west }", "{ cell: west, type: full, replica: /r } #<<"),
            "an s3-prefix has no directory as a replica"),
        mistake(
            "full shadow of a prefix in a cell without a bucket",
            CELLS + PREFIX.replace("{ cell: west }", "{ cell: west, type: full } #<<"),
            "is served by the bucket of its cell, and cell 'west' has none"),
        mistake(
            "too short a settle time",
            CELLS
                + PREFIX.replace(
                    "{ cell: west }", "{ cell: west, type: transactional, settle: 10ms } #<<"),
            "expected at least 1s"),
        mistake(
            "switch of a prefix",
            CELLS + PREFIX + "    rollback: switch #<<\n",
            "switch of an s3-prefix needs a shadow of type full, found none"),
        mistake(
            "switch of a prefix that nobody applies",
            BUCKET
                + PREFIX.replace("{ cell: west }", "{ cell: west, type: full }")
                + "    rollback: switch #<<\n",
            "needs an actuator that sends its readers and writers to another prefix"),
        mistake(
            "switch of a directory to objects",
            BUCKET
                + SITE.replace("{ cell: west }", "{ cell: west, type: full }")
                + "    rollback: switch #<<\n    actuators: [{ symlink: /srv/current }]\n",
            "objects of a bucket serve its readers only"),
        mistake(
            "link to a prefix",
            CELLS + PREFIX + "    actuators: [{ symlink: /srv/current }] #<<\n",
            "a symlink can't point to an s3-prefix"),
        mistake(
            "half of the credentials",
            CELLS + PREFIX + "    accessKeyEnv: A #<<\n",
            "expected accessKeyEnv and secretKeyEnv together"),
        mistake(
            "versions of another sort",
            CELLS + PREFIX + "    versions: always #<<\n",
            "expected copy | use | auto, found 'always'"),
        mistake(
            "Unix user as the writer of a prefix",
            CELLS + PREFIX + "    writer: { uid: 33 } #<<\n",
            "{ accessKeyEnv, secretKeyEnv } or { anonymous: true }, found a Unix user"),
        mistake(
            "writer with and without credentials",
            CELLS
                + PREFIX
                + "    writer: { anonymous: true, accessKeyEnv: A, secretKeyEnv: B } #<<\n",
            "expected either accessKeyEnv and secretKeyEnv, or anonymous: true"),
        mistake(
            "prefix inside of another",
            CELLS
                + PREFIX
                + PREFIX
                    .replace("resources:\n", "")
                    .replace("name: data", "name: more")
                    .replace(ADDRESS, ADDRESS + "/inner #<<"),
            "overlaps the location of resource data"),
        mistake(
            "prefix in the store of a cell",
            "cells:\n  - name: east\n  - name: west\n    store: s3+http://host/bucket\n"
                + PREFIX.replace(ADDRESS, ADDRESS + " #<<"),
            "overlaps the store of cell west"),
        mistake("writer by name", with("writer: { uid: www-data }"), "found 'www-data'"),
        mistake(
            "automation",
            with("automation: always"),
            "expected observe | approve | auto, found 'always'"),
        mistake(
            "flag as text",
            with("allowAdvisoryFence: \"yes\""),
            "expected true or false, found 'yes'"),
        mistake(
            "notification",
            CELLS + SITE + "notifications: [mailto:a@b] #<<\n",
            "expected a webhook"),
        mistake(
            "two kinds of target",
            CELLS + SITE + "notifications: [{ slack: env:A, pagerduty: env:B }] #<<\n",
            "exactly one of webhook, slack, pagerduty, generic and cloudEvent"),
        mistake(
            "target without a kind",
            CELLS + SITE + "notifications: [{ name: ops }] #<<\n",
            "exactly one of webhook, slack, pagerduty, generic and cloudEvent"),
        mistake(
            "a routing key instead of where it is",
            CELLS + SITE + "notifications: [{ pagerduty: R0UT1NGKEY }] #<<\n",
            "env:NAME or file:PATH, found something else"),
        mistake(
            "a key of another kind of target",
            CELLS + SITE + "notifications: [{ slack: env:A, secret: env:B }] #<<\n",
            "a slack target has no secret"),
        mistake(
            "address with a space",
            CELLS + SITE + "notifications: [\"https://host/SECRET x\"] #<<\n",
            "found a character that none may have"),
        mistake(
            "target name twice",
            CELLS
                + SITE
                + "notifications:\n  - { slack: env:A, name: ops }\n  - { slack: env:B, name: ops } #<<\n",
            "the target name 'ops' is taken by line"),
        mistake("tabs", CELLS + "resources:\n\t- name: site #<<\n", "not YAML"),
        mistake("second document", CELLS + "--- #<<\n" + CELLS, "not YAML"),
        mistake(
            "own types",
            "cells:\n  - name: !!javax.script.ScriptEngineManager east #<<\n",
            "found the tag"),
        mistake("nothing", "#<<\n", "found nothing"),
        mistake("a text", "hello #<<\n", "expected a catalogue"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void aMistakeIsNamedWithItsLine(String name, String yaml, String message) throws IOException {
    String text = yaml.replace("DIR", directory.toString());

    List<Problem> errors = errors(text);

    int line =
        1 + (int) text.substring(0, text.indexOf("#<<")).chars().filter(c -> c == '\n').count();
    assertThat(errors)
        .anySatisfy(error -> {
          assertThat(error.line()).isEqualTo(line);
          assertThat(error.column()).isPositive();
          assertThat(error.message()).contains(message);
        });
  }

  @Test
  void allMistakesAreReportedTogetherInTheOrderOfTheFile() throws IOException {
    List<Problem> errors =
        errors(
            """
            cells:
              - name: East
              - name: west
            clockTolerance: soon
            resources:
              - name: site
                kind: database
                cell: nowhere
                location: /
                shadow: { cell: west, type: incremental, every: 10ms }
                rollback: switch
                colour: blue
            """);

    assertThat(errors).extracting(Problem::line).isSorted();
    assertThat(errors)
        .extracting(Problem::path)
        .containsExactly(
            "cells[0].name",
            "clockTolerance",
            "resources[0].kind",
            "resources[0].cell",
            "resources[0].location",
            "resources[0].shadow.type",
            "resources[0].shadow.every",
            "resources[0].rollback",
            "resources[0].colour");
  }

  @Test
  void aMissingFileAndADirectoryAreSaid() {
    assertThat(((Loaded.Invalid) CatalogueFile.load(directory.resolve("no.yaml"))).errors())
        .singleElement()
        .hasToString(
            directory.resolve("no.yaml")
                + ": error: there is no such file: write one with 'gnomon init'");
    assertThat(((Loaded.Invalid) CatalogueFile.load(directory)).errors())
        .singleElement()
        .extracting(Problem::message)
        .asString()
        .contains("can't be read");
  }

  @Test
  void otherBytesThanTextAreRefused() throws IOException {
    Path file =
        Files.write(directory.resolve("gnomon.yaml"), new byte[] {'a', (byte) 0xff, (byte) 0xfe});

    assertThat(((Loaded.Invalid) CatalogueFile.load(file)).errors())
        .extracting(Problem::message)
        .containsExactly("expected UTF-8 text, found other bytes");
  }

  @Test
  void aHugeFileIsRefusedBeforeItIsParsed() throws IOException {
    assertThat(errors("#" + "x".repeat(1 << 20)))
        .extracting(Problem::message)
        .containsExactly("expected at most 1048576 bytes, found more");
  }

  @Test
  void aliasesThatMultiplyAreRefused() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(10)));
    }

    assertThat(errors(bomb.toString()))
        .extracting(Problem::message)
        .containsExactly("expected at most 50000 values with all aliases resolved, found more");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    assertThat(errors("cells: " + "[".repeat(100_000)))
        .extracting(Problem::message)
        .containsExactly("expected at most 30 levels, found more");
  }

  @Test
  void anAliasInsideItsOwnAnchorIsRefused() throws IOException {
    assertThat(errors("cells: &a [*a]\n")).isNotEmpty();
  }

  @Test
  void theSchemaIsPartOfTheProduct() {
    assertThat(CatalogueFile.schema())
        .contains("https://json-schema.org/draft/2020-12/schema")
        .doesNotContain("\t");
  }

  private List<Problem> errors(String yaml) throws IOException {
    Path file = directory.resolve("gnomon.yaml");
    Files.write(file, yaml.getBytes(StandardCharsets.UTF_8));
    Surroundings surroundings =
        new Surroundings(CanonicalPath.of(directory.resolve("data")), Set.of(Path.of("/mounted")));
    Loaded loaded = CatalogueFile.load(file, surroundings);
    assertThat(loaded).isInstanceOf(Loaded.Invalid.class);
    return ((Loaded.Invalid) loaded).errors();
  }

  private static Arguments mistake(String name, String yaml, String message) {
    return Arguments.of(name, yaml, message);
  }

  private static String at(String location) {
    return CELLS + SITE.replace("location: /srv/site", "location: " + location + " #<<");
  }

  private static String shadow(String more) {
    return CELLS + SITE.replace("{ cell: west }", "{ cell: west, " + more + " } #<<");
  }

  private static String replica(String path) {
    return CELLS
        + SITE.replace("{ cell: west }", "{ cell: west, type: full, replica: " + path + " } #<<");
  }

  private static String with(String line, String... more) {
    String text = CELLS + SITE + "    " + line + " #<<\n";
    for (String other : more) {
      text += "    " + other + "\n";
    }
    return text;
  }

  private static String second(String name) {
    return SITE.replace("resources:\n", "")
        .replace("/srv/site", "/srv/other")
        .replace("name: site", "name: " + name);
  }
}
