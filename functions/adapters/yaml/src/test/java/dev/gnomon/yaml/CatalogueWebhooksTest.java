package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Senders of webhooks as they are declared, and mistakes in that. In the catalogues `#<<` marks
/// the line that is to be reported.
class CatalogueWebhooksTest {
  private static final String CELLS = "cells:\n  - name: east\n  - name: west\n";
  private static final String SITE =
      """
      resources:
        - name: site
          kind: directory
          cell: east
          location: /srv/site
          shadow: { cell: west }
      """;

  private static final String HOOK =
      """
      webhooks:
        - name: ci
          kind: github
          keys: ["env:CI_HOOK"]
          rules:
            - match: { environment: production }
              resource: site
      """;

  @TempDir Path directory;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(
            "unknown kind of webhook",
            CELLS + SITE + HOOK.replace("kind: github", "kind: gitlab #<<"),
            "expected generic | github | alertmanager | argo-rollouts | flagger, found 'gitlab'"),
        mistake(
            "webhook without keys",
            CELLS + SITE + HOOK.replace("[\"env:CI_HOOK\"]", "[] #<<"),
            "expected a list of addresses of keys: file:PATH or env:NAME, found an empty list"),
        mistake(
            "webhook key twice",
            CELLS + SITE + HOOK.replace("[\"env:CI_HOOK\"]", "[\"env:A\", \"env:A\"] #<<"),
            "expected every key once"),
        mistake(
            "key of two webhooks",
            CELLS
                + SITE
                + HOOK
                + HOOK.replace("webhooks:\n", "")
                    .replace("name: ci", "name: other")
                    .replace("[\"env:CI_HOOK\"]", "[\"env:NEW\", \"env:CI_HOOK\"] #<<"),
            "'ci' has the same key: what one of them signed would be taken from the other"),
        mistake(
            "webhook without rules",
            CELLS + SITE + "webhooks:\n  - { name: ci, kind: github, keys: [\"env:K\"] } #<<\n",
            "expected the key 'rules'"),
        mistake(
            "webhook that means an unknown resource",
            CELLS + SITE + HOOK.replace("resource: site", "resource: sites #<<"),
            "unknown resource 'sites'"),
        mistake(
            "number in a rule",
            CELLS
                + SITE
                + HOOK.replace(
                    "match: { environment: production }", "match:\n          environment: 7 #<<"),
            "a text or a list of texts (put numbers in quotes), found the number 7"),
        mistake(
            "rule that fits everything",
            CELLS + SITE + HOOK.replace("match: { environment: production }", "match: {} #<<"),
            "a mapping of 1 to 10 paths of fields"),
        mistake(
            "webhook name twice",
            CELLS
                + SITE
                + HOOK
                + HOOK.replace("webhooks:\n", "").replace("name: ci", "name: ci #<<"),
            "the webhook name 'ci' is taken"),
        mistake(
            "tolerance of what tells no time",
            CELLS + SITE + HOOK.replace("kind: github", "kind: github\n    tolerance: 5m #<<"),
            "only requests of kind generic tell their time"),
        mistake(
            "tolerance that is too long",
            CELLS + SITE + HOOK.replace("kind: github", "kind: generic\n    tolerance: 2h #<<"),
            "expected at most 1h"));
  }

  private static Arguments mistake(String name, String yaml, String message) {
    return Arguments.of(name, yaml, message);
  }

  private Loaded load(String yaml) throws IOException {
    return CatalogueFile.load(Files.writeString(directory.resolve("gnomon.yaml"), yaml));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void aMistakeIsNamedWithItsLine(String name, String yaml, String message) throws IOException {
    Loaded loaded = load(yaml);

    assertThat(loaded).isInstanceOf(Loaded.Invalid.class);
    long line = 1 + yaml.substring(0, yaml.indexOf("#<<")).chars().filter(c -> c == '\n').count();
    assertThat(((Loaded.Invalid) loaded).errors())
        .anySatisfy(error -> {
          assertThat(error.line()).isEqualTo((int) line);
          assertThat(error.message()).contains(message);
        });
  }

  @Test
  void aSecretInPlaceOfItsAddressIsNotShown() throws IOException {
    for (String text :
        List.of(
            CELLS + SITE + HOOK.replace("env:CI_HOOK", "hunter2-hunter2-hunter2"),
            "cells: [{ name: east, encryption: { key: hunter2-hunter2-hunter2 } }]\n")) {
      assertThat(((Loaded.Invalid) load(text)).errors().toString())
          .contains("file:PATH")
          .doesNotContain("hunter2");
    }
  }

  @Test
  void sendersOfWebhooksAreReadWithTheirRules() throws IOException {
    Loaded loaded =
        load(
            CELLS
                + SITE
                + """
                webhooks:
                  - name: ci
                    kind: argo-rollouts
                    keys: ["env:CI_HOOK", "file:keys/next"]
                    perMinute: 5
                    maxAge: 6h
                    rules:
                      - match: { rollout.metadata.labels.app.kubernetes.io/name: [shop, "7"], event: rollout-aborted }
                        resource: site
                        lookback: 15m
                  - { name: script, kind: generic, keys: ["env:K"], rules: [{ match: { a: b }, resource: site }] }
                """);

    assertThat(loaded).isInstanceOf(Loaded.Valid.class);
    Catalogue catalogue = ((Loaded.Valid) loaded).catalogue();
    WebhookSender ci = catalogue.webhooks().getFirst();
    assertThat(ci)
        .isEqualTo(
            new WebhookSender(
                "ci",
                WebhookSender.Kind.ARGO_ROLLOUTS,
                List.of(
                    new Secret.Variable("CI_HOOK"),
                    new Secret.Content(directory.resolve("keys/next"))),
                WebhookSender.DEFAULT_TOLERANCE,
                5,
                Duration.ofHours(6),
                List.of(
                    new WebhookSender.Rule(
                        Map.of(
                            "rollout.metadata.labels.app.kubernetes.io/name",
                            Set.of("shop", "7"),
                            "event",
                            Set.of("rollout-aborted")),
                        new ResourceName("site"),
                        Optional.of(Duration.ofMinutes(15))))));
    WebhookSender script = catalogue.webhooks().getLast();
    assertThat(script.tolerance()).isEqualTo(Duration.ofMinutes(5));
    assertThat(script.perMinute()).isEqualTo(60);
    assertThat(script.maxAge()).isEqualTo(Duration.ofDays(1));
    assertThat(script.rules().getFirst().lookback()).isEmpty();
  }
}
