package dev.gnomon.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
  /// Who gets what, as the concept of the functions says; written down apart from the manifests.
  private static final Map<String, List<String>> ROUTING =
      Map.of(
          "update",
          List.of(
              "update-requested",
              "update-completed",
              "update-failed",
              "update-heartbeat",
              "shadow-created",
              "shadow-failed",
              "sweep-due"),
          "shadow",
          List.of(
              "shadow-requested",
              "shadow-part-requested",
              "shadow-expired",
              "writes-observed",
              "bucket-changed",
              "migration-announced",
              "sweep-due"),
          "rollback",
          List.of(
              "rollback-requested",
              "rollback-part-requested",
              "decision-approved",
              "chaos-requested",
              "update-failed",
              "failure-predicted",
              "sweep-due"),
          "notify",
          List.of(
              "update-blocked",
              "update-completed",
              "update-failed",
              "route-switched",
              "rollback-completed",
              "rollback-failed",
              "shadow-created",
              "shadow-failed",
              "failure-predicted",
              "sweep-due"),
          "telemetry",
          List.of(
              "telemetry-observed",
              "probe-observed",
              "update-ready",
              "migration-announced",
              "rollback-started",
              "rollback-completed",
              "rollback-failed",
              "sweep-due"));

  @TempDir Path directory;

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    return here.endsWith("local-dev") ? here.getParent() : here;
  }

  @Test
  void theTriggersOfTheProjectRouteEveryTypeToItsFunctions() {
    Manifests manifests = ManifestReader.read(repository().resolve("knative"));
    Map<String, TreeSet<String>> routed = new TreeMap<>();
    Map<String, TreeSet<String>> timed = new TreeMap<>();
    for (Trigger trigger : manifests.triggers()) {
      String path = trigger.subscriber().uri().orElseThrow().getPath().substring(1);
      assertThat(trigger.subscriber().service()).contains(path);
      if (trigger.name().equals("shadow-bucket-notification")) {
        // Of sources whose types can't be chosen.
        assertThat(trigger.filter())
            .isEqualTo(Map.of("gnomontype", "dev.gnomon.bucket-changed.v1"));
        continue;
      }
      String type = trigger.filter().get("type");
      if (type.equals(PingSource.TYPE)) {
        assertThat(trigger.filter()).containsEntry("gnomontype", "dev.gnomon.sweep-due.v1");
        timed.computeIfAbsent(path, unseen -> new TreeSet<>()).add("sweep-due");
      } else {
        assertThat(trigger.filter()).containsOnlyKeys("type");
        assertThat(type).startsWith("dev.gnomon.").endsWith(".v1");
        routed
            .computeIfAbsent(path, unseen -> new TreeSet<>())
            .add(type.substring("dev.gnomon.".length(), type.length() - ".v1".length()));
      }
    }
    Map<String, TreeSet<String>> wanted = new TreeMap<>();
    ROUTING.forEach((path, types) -> wanted.put(path, new TreeSet<>(types)));
    assertThat(routed).isEqualTo(wanted);
    assertThat(timed.keySet())
        .containsExactly("notify", "rollback", "shadow", "telemetry", "update");
    assertThat(manifests.services().keySet())
        .containsExactlyInAnyOrder(
            "update",
            "shadow",
            "rollback",
            "telemetry",
            "webhooks",
            "notify",
            "dead-letters",
            "route");
  }

  @Test
  void onlyTheServiceForWebhooksIsReachedFromOutsideAndItTakesNothingElse() throws IOException {
    Path base = repository().resolve("knative/base");
    for (String name :
        List.of(
            "update",
            "shadow",
            "rollback",
            "telemetry",
            "webhooks",
            "notify",
            "dead-letters",
            "route")) {
      String service = Files.readString(base.resolve(name).resolve("service.yaml"));
      boolean webhooks = name.equals("webhooks");
      assertThat(service.contains("networking.knative.dev/visibility: cluster-local"))
          .as(name)
          .isNotEqualTo(webhooks);
      assertThat(
              Pattern.compile("name: GNOMON_PROTECT_ONLY_WEBHOOKS\\s+value: \"true\"")
                  .matcher(service)
                  .find())
          .as(name)
          .isEqualTo(webhooks);
      // Their policies let them neither switch nor act: docs/policies.
      assertThat(
              Pattern.compile("name: GNOMON_PROTECT_KEEPS_WATCH\\s+value: \"false\"")
                  .matcher(service)
                  .find())
          .as(name)
          .isEqualTo(List.of("shadow", "notify", "dead-letters").contains(name));
    }
  }

  @Test
  void everyDestinationOfTheProjectHasAnAddressAndADeadLetterSink() {
    Manifests manifests = ManifestReader.read(repository().resolve("knative"));
    URI base = URI.create("http://127.0.0.1:1/");
    Map<String, URI> services = new TreeMap<>();
    manifests.services().keySet().forEach(name -> services.put(name, base));
    assertThat(manifests.subscriptions(services))
        .allSatisfy(subscription -> {
          assertThat(subscription.address().getPath()).matches("/[a-z]+");
          assertThat(subscription.deadLetterSink()).contains(base.resolve("/dead-letters"));
          assertThat(subscription.delivery().retry()).isGreaterThanOrEqualTo(10);
          assertThat(subscription.delivery().timeout())
              .isGreaterThanOrEqualTo(Duration.ofMinutes(1));
        });
  }

  @Test
  void theTimersEventIsWhatTheTimerTriggersWait() {
    Manifests manifests = ManifestReader.read(repository().resolve("knative"));
    assertThat(manifests.pingSources())
        .singleElement()
        .satisfies(source -> {
          assertThat(source.isSweep()).isTrue();
          var event = source.eventAt(java.time.Instant.parse("2026-03-14T10:21:00Z"));
          assertThat(
                  manifests.triggers().stream()
                      .filter(trigger -> trigger.matches(event))
                      .map(Trigger::name))
              .containsExactlyInAnyOrder(
                  "update-timer",
                  "shadow-timer",
                  "rollback-timer",
                  "notify-timer",
                  "telemetry-timer");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spec: {broker: gnomon, filters: [{exact: {type: a}}], subscriber: {uri: 'http://h/'}}",
        "spec: {broker: other, subscriber: {uri: 'http://h/'}}",
        "spec: {broker: gnomon, subscriber: {uri: /relative}}",
        "spec: {broker: gnomon, subscriber: {ref: {kind: Channel, name: c}}}",
        "spec: {broker: gnomon, subscriber: {uri: 'http://h/'}, delivery: {backoffPolicy: never}}",
        "spec: {broker: gnomon, subscriber: {uri: 'http://h/'}, delivery: {backoffDelay: 3s}}",
        "spec: {broker: gnomon, subscriber: {uri: 'http://h/'}, delivery: {retry: -1}}",
      })
  void whatTheLocalBrokerWouldDoOtherwiseIsRefused(String spec) {
    String trigger =
        BrokerServer.broker("{retry: 0}")
            + "---\napiVersion: eventing.knative.dev/v1\nkind: Trigger\nmetadata: {name: t}\n"
            + spec;
    assertThatThrownBy(() -> BrokerServer.manifests(directory, trigger))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void brokenYamlAndTwoBrokersAreNamed() throws IOException {
    assertThatThrownBy(() -> BrokerServer.manifests(directory, "a: [unclosed"))
        .hasMessageContaining("all.yaml");
    assertThatThrownBy(() ->
            BrokerServer.manifests(
                directory, BrokerServer.broker("{retry: 0}") + "---\n" + BrokerServer.broker("{}")))
        .hasMessageContaining("exactly one Broker");
  }

  @Test
  void aServiceThatTakesFewAtATimeGetsFewAtATime() throws IOException {
    String service =
        """
        ---
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata: {name: fn}
        spec: {template: {spec: {containerConcurrency: 1}}}
        """;
    Manifests manifests =
        BrokerServer.manifests(
            directory,
            BrokerServer.broker("{retry: 0}")
                + BrokerServer.trigger("t", "a", "fn", "/a", "")
                + BrokerServer.trigger("u", "a", "other", "/a", "")
                + service);
    URI base = URI.create("http://127.0.0.1:1/");
    assertThat(manifests.subscriptions(Map.of("fn", base, "other", base)))
        .extracting(Subscription::maxInFlight)
        .containsExactly(
            Math.min(16, Runtime.getRuntime().availableProcessors()), Manifests.MAX_IN_FLIGHT);
  }

  @Test
  void aServiceWithoutAddressIsNamed() throws IOException {
    Manifests manifests =
        BrokerServer.manifests(
            directory,
            BrokerServer.broker("{retry: 0}") + BrokerServer.trigger("t", "a", "fn", "/a", ""));
    assertThatThrownBy(() -> manifests.subscriptions(Map.of()))
        .hasMessageContaining("Service 'fn' has no address");
  }
}
