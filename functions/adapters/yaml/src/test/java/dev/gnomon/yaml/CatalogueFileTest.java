package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Following;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.NotificationTarget.Mode;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.PrefixWriter;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.catalogue.Writer;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueFileTest {
  static final String SMALLEST =
      """
      cells:
        - name: east
        - name: west
      resources:
        - name: site
          kind: directory
          cell: east
          location: /srv/site
          priority: high                              # critical | high | normal | low
          shadow: { cell: west, type: differential, every: 15m }  # full | differential
          rollback: restore                           # switch | restore | switch-and-restore
          automation: auto                            # observe (default) | approve | auto
          allowAdvisoryFence: true                    # default false
      """;

  @TempDir Path directory;

  @Test
  void theSmallestFormWorksAsItStands() throws IOException {
    Catalogue catalogue = valid(SMALLEST);

    assertThat(catalogue.cells())
        .extracting(cell -> cell.name().value())
        .containsExactly("east", "west");
    assertThat(catalogue.cells()).allMatch(cell -> cell.store().isEmpty());
    assertThat(catalogue.control()).isEqualTo(new CellName("west"));
    assertThat(catalogue.clockTolerance()).isEqualTo(Duration.ofSeconds(2));
    Resource site = catalogue.resources().getFirst();
    assertThat(site.location().directory()).isEqualTo(Path.of("/srv/site"));
    assertThat(site.priority()).isEqualTo(Priority.HIGH);
    assertThat(site.automation()).isEqualTo(Automation.AUTO);
    assertThat(site.allowAdvisoryFence()).isTrue();
    assertThat(site.rollback()).isEqualTo(RollbackMode.RESTORE);
    assertThat(site.shadows()).hasSize(1);
    assertThat(site.shadows().getFirst().every()).contains(Duration.ofMinutes(15));
  }

  @Test
  void prefixOfABucketIsRead() throws IOException {
    Resource data =
        valid(
                """
                cells: [{ name: east }, { name: west }]
                resources:
                  - name: data
                    kind: s3-prefix
                    cell: east
                    location: s3+https://s3.example.com/bucket/a/b
                    shadow: { cell: west }
                    region: eu-central-1
                    accessKeyEnv: DATA_KEY
                    secretKeyEnv: DATA_SECRET
                    versions: auto
                    tags: all
                    writer: { accessKeyEnv: APP_KEY, secretKeyEnv: APP_SECRET, principal: arn:aws:iam::1:role/app }
                  - name: plain
                    kind: s3-prefix
                    cell: east
                    location: s3+http://host:9000/other
                    shadow: { cell: west }
                    writer: { anonymous: true }
                """)
            .resources()
            .getFirst();

    assertThat(data.location()).isEqualTo(S3Prefix.of("s3+https://s3.example.com/bucket/a/b"));
    assertThat(data.kind()).isEqualTo("s3-prefix");
    assertThat(data.prefix())
        .contains(
            new PrefixSpec(
                Optional.of("eu-central-1"),
                Optional.of(new Credentials("DATA_KEY", "DATA_SECRET")),
                Versions.AUTO,
                true,
                Optional.of(
                    new PrefixWriter(
                        Optional.of(new Credentials("APP_KEY", "APP_SECRET")),
                        "arn:aws:iam::1:role/app"))));
  }

  @Test
  void absentKeysTakeTheirDefaults() throws IOException {
    Resource site =
        valid(
                """
                cells: [{ name: east }, { name: west }]
                resources:
                  - { name: site, kind: directory, cell: east, location: /srv/site, shadow: { cell: west } }
                """)
            .resources()
            .getFirst();

    assertThat(site.priority()).isEqualTo(Priority.NORMAL);
    assertThat(site.automation()).isEqualTo(Automation.OBSERVE);
    assertThat(site.allowAdvisoryFence()).isFalse();
    assertThat(site.rollback()).isEqualTo(RollbackMode.RESTORE);
    assertThat(site.onFail()).isEqualTo(OnFail.ROLLBACK);
    assertThat(site.onHeartbeatLost()).isEqualTo(OnFail.NOTIFY);
    assertThat(site.onChange()).isEqualTo(OnChange.RETRY);
    assertThat(site.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(site.keep()).isEqualTo(Keep.DEFAULT);
    assertThat(site.hooks()).isEqualTo(Hooks.NONE);
    assertThat(site.shadows().getFirst().type()).isEqualTo(ShadowType.DIFFERENTIAL);
    assertThat(site.shadows().getFirst().every()).isEmpty();
    assertThat(site.writer()).isEmpty();
  }

  @Test
  void everyKeyIsRead() throws IOException {
    Catalogue catalogue =
        valid(
            """
            cells:
              - { name: east, store: "file:stores/east", encryption: { key: "file:keys/east" } }
              - name: west
                encryption: { key: "vault+https://vault.example.com:8200/v1/transit/keys/gnomon" }
                store: { url: "s3+https://s3.example.com/bucket/pre/fix", region: eu-central-1, accessKeyEnv: WEST_ACCESS, secretKeyEnv: WEST_SECRET }
              - { name: north, store: "s3+http://127.0.0.1:9000/north", encryption: { key: env:NORTH } }
            control: { cell: north }
            clockTolerance: PT5S
            notifications: ["https://hooks.example.com/a", { webhook: "http://127.0.0.1:1/b" }]
            resources:
              - name: base
                kind: directory
                cell: east
                location: base
                shadow: { cell: west, every: 1h30m }
                keep: { daily: 7, keepTagged: true }
              - name: site
                kind: directory
                cell: east
                location: /srv/site
                shadows:
                  - { cell: west, type: full, replica: /mnt/replica/site, every: continuous, points: { every: 30s }, verify: 2d, serving: plaintext, compression: lz4 }
                  - { cell: north }
                rollback: switch-and-restore
                automation: approve
                dependsOn: [base]
                keep: { last: 5, hourly: 24, daily: 30, within: 2d, keepTagged: [release, audit] }
                hooks: { pre: "sync; sync", post: [touch, /tmp/x], timeout: 10s }
                onChange: fuzzy
                actuators:
                  - symlink: /srv/current
                  - { command: [systemctl, reload, nginx], timeout: 5s }
                  - { kind: webhook, url: "https://lb.example.com/route", tokenEnv: LB_TOKEN }
                checks:
                  - { name: syntax, command: [nginx, -t], timeout: 20s }
                onFail: notify
                onHeartbeatLost: rollback
                limits: { maxDeletePercent: 35, minConfidence: 0.9 }
                writer: { uid: 33 }
            """);

    assertThat(catalogue.control()).isEqualTo(new CellName("north"));
    assertThat(catalogue.clockTolerance()).isEqualTo(Duration.ofSeconds(5));
    assertThat(catalogue.notifications())
        .extracting(NotificationTarget::channel)
        .containsExactly(
            new Channel.Text(new Secret.Given("https://hooks.example.com/a")),
            new Channel.Text(new Secret.Given("http://127.0.0.1:1/b")));
    assertThat(Path.of(catalogue.cells().get(0).store().orElseThrow().url()))
        .isEqualTo(directory.resolve("stores/east"));
    var west = catalogue.cells().get(1).store().orElseThrow();
    assertThat(west.url()).hasToString("s3+https://s3.example.com/bucket/pre/fix");
    assertThat(west.region()).contains("eu-central-1");
    assertThat(west.accessKeyEnv()).contains("WEST_ACCESS");
    assertThat(west.secretKeyEnv()).contains("WEST_SECRET");
    assertThat(catalogue.cells())
        .extracting(cell -> cell.encryption().orElseThrow().key())
        .containsExactly(
            "file:" + directory.resolve("keys/east"),
            "vault+https://vault.example.com:8200/v1/transit/keys/gnomon",
            "env:NORTH");
    Resource base = catalogue.resources().get(0);
    assertThat(base.location().directory()).isEqualTo(directory.resolve("base"));
    assertThat(base.shadows().getFirst().every()).contains(Duration.ofMinutes(90));
    assertThat(base.keep()).isEqualTo(new Keep(1, 0, 7, Optional.empty(), Set.of(Keep.ANY_TAG)));
    Resource site = catalogue.resources().get(1);
    assertThat(site.replica().orElseThrow().replica()).contains(Path.of("/mnt/replica/site"));
    assertThat(site.replica().orElseThrow().following())
        .contains(new Following(Duration.ofDays(2)));
    assertThat(site.compression(new CellName("west"))).isEqualTo(Compression.LZ4);
    assertThat(site.compression(new CellName("east"))).isEqualTo(Compression.ZSTD);
    assertThat(site.rollback()).isEqualTo(RollbackMode.SWITCH_AND_RESTORE);
    assertThat(site.dependsOn()).containsExactly(new ResourceName("base"));
    assertThat(site.keep())
        .isEqualTo(
            new Keep(5, 24, 30, Optional.of(Duration.ofDays(2)), Set.of("release", "audit")));
    assertThat(site.hooks())
        .isEqualTo(
            new Hooks(
                List.of("sh", "-c", "sync; sync"),
                List.of("touch", "/tmp/x"),
                Duration.ofSeconds(10)));
    assertThat(site.onChange()).isEqualTo(OnChange.FUZZY);
    assertThat(site.actuators())
        .containsExactly(
            new ActuatorSpec.Symlink(Path.of("/srv/current")),
            new ActuatorSpec.Command(
                List.of("systemctl", "reload", "nginx"), Duration.ofSeconds(5)),
            new ActuatorSpec.Webhook(
                URI.create("https://lb.example.com/route"),
                Duration.ofSeconds(30),
                Optional.of("LB_TOKEN")));
    assertThat(site.checks().getFirst().timeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(site.onFail()).isEqualTo(OnFail.NOTIFY);
    assertThat(site.onHeartbeatLost()).isEqualTo(OnFail.ROLLBACK);
    assertThat(site.limits()).isEqualTo(new Limits(35, 0.9));
    assertThat(site.writer()).contains(new Writer(33, 33));
  }

  @Test
  void aFullShadowWithoutADirectoryIsServedByItsCellsBucket() throws IOException {
    Catalogue catalogue =
        valid(
            """
            cells:
              - { name: east, store: "s3+http://127.0.0.1:9000/east" }
              - { name: west, store: { url: "s3+https://s3.example.com/bucket/pre", region: eu-1, accessKeyEnv: A, secretKeyEnv: S } }
            resources:
              - name: data
                kind: s3-prefix
                cell: east
                location: s3+http://127.0.0.1:9000/data
                shadow: { cell: west, type: full, every: continuous, points: { every: 1h }, verify: 2d }
                rollback: switch
                actuators: [{ command: [reload], timeout: 5s }]
              - { name: site, kind: directory, cell: east, location: /srv/site, shadow: { cell: west, type: full } }
            """);

    S3Prefix data = S3Prefix.of("s3+https://s3.example.com/bucket/pre/serving/data");
    S3Prefix site = S3Prefix.of("s3+https://s3.example.com/bucket/pre/serving/site");
    assertThat(catalogue.resources().get(0).replica().orElseThrow().serving()).contains(data);
    assertThat(catalogue.resources().get(0).replica().orElseThrow().following())
        .contains(new Following(Duration.ofDays(2)));
    assertThat(catalogue.resources().get(0).replica().orElseThrow().every())
        .contains(Duration.ofHours(1));
    assertThat(catalogue.resources().get(0).follows()).isTrue();
    assertThat(catalogue.resources().get(1).shadows().getFirst().serving()).contains(site);
    assertThat(catalogue.resources().get(1).replica()).as("for readers only").isEmpty();
    PrefixSpec reached =
        catalogue
            .reach(S3Prefix.of("s3+https://s3.example.com/bucket/pre/serving/data/000001"))
            .orElseThrow();
    assertThat(reached.region()).contains("eu-1");
    assertThat(reached.credentials()).contains(new Credentials("A", "S"));
    assertThat(catalogue.reach(S3Prefix.of("s3+https://s3.example.com/bucket/pre/store")))
        .isEmpty();
  }

  @Test
  void aSingleCellIsItsOwnControlCellAndWarnsAboutTheSharedFate() throws IOException {
    Loaded loaded =
        load(
            """
            cells: [{ name: only }]
            resources:
              - { name: site, kind: directory, cell: only, location: /srv/site, shadow: { cell: only } }
            """);

    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
    assertThat(((Loaded.Valid) loaded).catalogue().control()).isEqualTo(new CellName("only"));
    assertThat(loaded.warnings())
        .extracting(Problem::message)
        .anyMatch(message -> message.contains("own cell 'only' and is lost with it"))
        .anyMatch(message -> message.contains("also holds the control store"));
  }

  @Test
  void anEmptyListOfResourcesIsUsableAndSaidSo() throws IOException {
    Loaded loaded = load("cells: [{ name: east }]\nresources:\n  # none yet\n");

    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
    assertThat(loaded.warnings())
        .extracting(Problem::message)
        .containsExactly("no resource is declared: nothing is protected");
  }

  @Test
  void namesThatLookLikeOtherYamlTypesStayTextWhenTheyAre() throws IOException {
    Catalogue catalogue = valid("cells: [{ name: on }, { name: \"12\" }]\n");

    assertThat(catalogue.cells())
        .extracting(cell -> cell.name().value())
        .containsExactly("on", "12");
  }

  @Test
  void aLocationThatIsASymbolicLinkIsRefusedWithItsTarget() throws IOException {
    Path real = Files.createDirectory(directory.resolve("real"));
    Files.createSymbolicLink(directory.resolve("link"), real);

    Loaded loaded = load(SMALLEST.replace("/srv/site", "link"));

    assertThat(((Loaded.Invalid) loaded).errors())
        .singleElement()
        .extracting(Problem::message)
        .asString()
        .contains("is a symbolic link: name the directory itself, '" + real.toRealPath() + "'");
  }

  @Test
  void theDataDirectoryIsFoundThroughSymbolicLinks() throws IOException {
    Path work = Files.createDirectories(directory.resolve("work"));
    Files.createDirectories(work.resolve("data"));
    Files.createSymbolicLink(directory.resolve("alias"), work);
    Path file =
        Files.writeString(
            work.resolve("gnomon.yaml"),
            SMALLEST.replace("/srv/site", directory + "/alias/data/x"));

    Loaded loaded = CatalogueFile.load(file, directory.resolve("alias/data"));

    assertThat(((Loaded.Invalid) loaded).errors())
        .extracting(Problem::message)
        .anyMatch(message -> message.contains("overlaps the data directory"));
  }

  @Test
  void targetsOfNoticesAreTypedByTheirKeys() throws IOException {
    Catalogue catalogue =
        valid(
            """
            cells: [{ name: east }, { name: west }]
            resources: [{ name: site, kind: directory, cell: east, location: site, shadow: { cell: west } }]
            notifications:
              - https://hooks.example.com/a
              - { webhook: env:CHAT_URL, name: chat }
              - { slack: env:SLACK_URL, name: ops, least: warning }
              - { pagerduty: file:keys/pagerduty, least: critical }
              - { pagerduty: env:PD, endpoint: "https://events.eu.pagerduty.com/v2/enqueue" }
              - { generic: "https://receiver.example.com/hook", secret: env:SIGNING }
              - { cloudEvent: "http://broker/default", mode: structured, token: env:TOKEN }
            """);

    assertThat(catalogue.notifications())
        .extracting(NotificationTarget::channel)
        .containsExactly(
            new Channel.Text(new Secret.Given("https://hooks.example.com/a")),
            new Channel.Text(new Secret.Variable("CHAT_URL")),
            new Channel.Slack(new Secret.Variable("SLACK_URL")),
            new Channel.PagerDuty(
                new Secret.Content(directory.resolve("keys/pagerduty")),
                URI.create("https://events.pagerduty.com/v2/enqueue")),
            new Channel.PagerDuty(
                new Secret.Variable("PD"),
                URI.create("https://events.eu.pagerduty.com/v2/enqueue")),
            new Channel.Generic(
                new Secret.Given("https://receiver.example.com/hook"),
                Optional.of(new Secret.Variable("SIGNING"))),
            new Channel.CloudEvent(
                new Secret.Given("http://broker/default"),
                Mode.STRUCTURED,
                Optional.of(new Secret.Variable("TOKEN"))));
    assertThat(catalogue.notifications())
        .extracting(NotificationTarget::name)
        .doesNotHaveDuplicates()
        .contains("chat", "ops")
        .anySatisfy(name -> assertThat(name).matches("webhook-[0-9a-f]{8}"))
        .anySatisfy(name -> assertThat(name).matches("cloudevent-[0-9a-f]{8}"));
    assertThat(catalogue.notifications())
        .extracting(NotificationTarget::least)
        .startsWith(Severity.INFO, Severity.INFO, Severity.WARNING, Severity.CRITICAL);
  }

  @Test
  void aTargetThatStandsThereTwiceIsToldOnce() throws IOException {
    Loaded loaded =
        load(
            """
            cells: [{ name: east }, { name: west }]
            resources: [{ name: site, kind: directory, cell: east, location: site, shadow: { cell: west } }]
            notifications: ["https://a.example.com/x", { webhook: "https://a.example.com/x" }]
            """);

    assertThat(((Loaded.Valid) loaded).catalogue().notifications()).hasSize(1);
    assertThat(loaded.warnings())
        .anySatisfy(warning -> assertThat(warning.message()).contains("told once"));
  }

  private Catalogue valid(String yaml) throws IOException {
    Loaded loaded = load(yaml);
    assertThat(loaded).withFailMessage(() -> loaded.toString()).isInstanceOf(Loaded.Valid.class);
    return ((Loaded.Valid) loaded).catalogue();
  }

  private Loaded load(String yaml) throws IOException {
    return CatalogueFile.load(Files.writeString(directory.resolve("gnomon.yaml"), yaml));
  }
}
