package dev.gnomon.local.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.yaml.CatalogueFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
  static List<Path> overlays() {
    return Project.overlays();
  }

  @Test
  void whatIsWrittenDownHoldsEveryRuleOfFiles() {
    Stream<String> broken = Rule.ofFiles().broken(KubeObject.plain(Project.KNATIVE));
    assertThat(broken).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "broker", "network", "cell-init", "demo", "monitoring"})
  void whatIsAppliedByItselfHoldsTheSchemas(String folder) {
    List<KubeObject> objects = Project.rendered(Project.KNATIVE.resolve(folder));
    assertThat(objects).isNotEmpty();
    assertThat(new SchemaRule().broken(objects)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void whatIsAppliedHoldsEveryRule(Path overlay) {
    Stream<String> broken = Rule.ofOverlays().broken(Project.rendered(overlay));
    assertThat(broken).isEmpty();
  }

  @Test
  void anOverlayWithAuthenticatedSendersHoldsEveryRuleToo() {
    List<KubeObject> objects = Project.rendered(Project.FIXTURES.resolve("authenticated"));
    assertThat(Rule.ofOverlays().broken(objects)).isEmpty();
    assertThat(senders(objects, "SinkBinding")).isEqualTo(bindings(objects));
    assertThat(senders(objects, "PingSource")).containsExactly("sweep-due");
    List<String> prefixes =
        objects.stream()
            .filter(one -> one.name().equals("from-replies"))
            .flatMap(one -> one.json().findValuesAsText("sub").stream())
            .map(sub -> sub.substring(sub.lastIndexOf(':') + 1, sub.length() - 1))
            .toList();
    assertThat(objects)
        .filteredOn(one -> one.is("eventing.knative.dev/v1/Trigger"))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(prefixes).anyMatch(one.name()::startsWith));
  }

  @Test
  void anOverlayWhoseFunctionsAskForTokensHoldsEveryRuleToo() {
    List<KubeObject> objects = Project.rendered(Project.FIXTURES.resolve("tokens"));

    assertThat(Rule.ofOverlays().broken(objects)).isEmpty();
    assertThat(objects)
        .filteredOn(one -> one.is("serving.knative.dev/v1/Service"))
        .filteredOn(one -> !TokenRule.value(one, "GNOMON_OIDC_AUDIENCE").isEmpty())
        .extracting(KubeObject::name)
        .containsExactlyInAnyOrder("update", "shadow", "rollback", "notify", "telemetry");
    assertThat(objects)
        .filteredOn(one -> one.is("eventing.knative.dev/v1/Trigger"))
        .isNotEmpty()
        .allSatisfy(trigger -> {
          String name = trigger.json().at("/spec/subscriber/ref/name").asText();
          assertThat(trigger.json().at("/spec/subscriber/audience").asText())
              .isEqualTo("serving.knative.dev/service/gnomon/" + name);
          KubeObject service =
              objects.stream()
                  .filter(one -> one.id().equals("Knative Service gnomon/" + name))
                  .findFirst()
                  .orElseThrow();
          String subjects = TokenRule.value(service, "GNOMON_OIDC_SUBJECTS");
          assertThat("system:serviceaccount:gnomon:" + trigger.name() + "-oidc-x")
              .startsWith(subjects.substring(0, subjects.length() - 1));
          assertThat(service.pod().toString())
              .contains("\"serviceAccountToken\":{\"expirationSeconds\":3600,\"path\":\"token\"}")
              .contains(
                  "{\"mountPath\":\"/run/gnomon/issuer\",\"name\":\"issuer\",\"readOnly\":true}");
        });
  }

  @Test
  void anOverlayWhoseServicesHaveKeysOfTheirOwnHoldsEveryRuleToo() {
    List<KubeObject> objects = Project.rendered(Project.FIXTURES.resolve("credentials"));

    assertThat(Rule.ofOverlays().broken(objects)).isEmpty();
    assertThat(objects)
        .filteredOn(one -> one.is("serving.knative.dev/v1/Service"))
        .hasSize(8)
        .allSatisfy(
            one -> assertThat(stores(one)).containsOnly("gnomon-stores-" + one.name()).hasSize(2));
  }

  /// Who makes one Secret for all goes on as before.
  @ParameterizedTest
  @MethodSource("overlays")
  void theServicesOfEveryOverlayShareTheirKeysByThemselves(Path overlay) {
    assertThat(Project.rendered(overlay))
        .filteredOn(one -> one.is("serving.knative.dev/v1/Service"))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(stores(one)).containsOnly("gnomon-stores"));
  }

  private static List<String> stores(KubeObject object) {
    return object.pod().findValues("secretKeyRef").stream()
        .map(one -> one.path("name").asText())
        .filter(name -> name.startsWith("gnomon-stores"))
        .toList();
  }

  /// Somebody may still have Triggers that bring none: then every event would be a dead letter.
  @ParameterizedTest
  @MethodSource("overlays")
  void noOverlayAsksForTokensByItself(Path overlay) {
    assertThat(Project.rendered(overlay))
        .noneSatisfy(one -> assertThat(one.json().toString()).contains("GNOMON_OIDC_"));
  }

  private static Set<String> senders(List<KubeObject> objects, String kind) {
    return objects.stream()
        .filter(one -> one.is("eventing.knative.dev/v1alpha1/EventPolicy"))
        .flatMap(one -> one.json().at("/spec/from").findParents("kind").stream())
        .filter(ref -> ref.path("kind").asText().equals(kind))
        .map(ref -> ref.path("name").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> bindings(List<KubeObject> objects) {
    return objects.stream()
        .filter(one -> one.is("sources.knative.dev/v1/SinkBinding"))
        .map(KubeObject::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyOverlayHoldsTheWholeBase(Path overlay) {
    List<String> base =
        Project.rendered(Project.KNATIVE.resolve("base")).stream().map(KubeObject::id).toList();
    assertThat(Project.rendered(overlay)).extracting(KubeObject::id).containsAll(base);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theCatalogueOfEveryOverlayIsOne(Path overlay, @TempDir Path directory) throws IOException {
    for (KubeObject map : Project.rendered(overlay)) {
      if (map.name().startsWith("gnomon-catalogue")) {
        Path file = directory.resolve("gnomon.yaml");
        Files.writeString(file, map.json().at("/data/gnomon.yaml").asText());
        assertThat(CatalogueFile.load(file)).isInstanceOf(CatalogueFile.Loaded.Valid.class);
      }
    }
    assertThat(directory).isNotEmptyDirectory();
  }

  /// Webhooks are reached from outside and answer nothing of the API, so they hold no token of it.
  @ParameterizedTest
  @MethodSource("overlays")
  void everyServiceButWebhooksAsksForTheTokensOfItsSecret(Path overlay) {
    boolean optional = !overlay.endsWith("production");
    for (KubeObject service : Project.rendered(overlay)) {
      if (!service.is("serving.knative.dev/v1/Service")) {
        continue;
      }
      String pod = service.pod().toString();
      if (service.name().equals("webhooks")) {
        assertThat(pod).contains("GNOMON_PROTECT_ONLY_WEBHOOKS").doesNotContain("gnomon-api");
      } else {
        assertThat(pod)
            .as(service.id())
            .contains(
                "{\"name\":\"GNOMON_API_READ_TOKENS\",\"value\":\"file:/run/gnomon/api/reader\"}",
                "{\"name\":\"GNOMON_API_WRITE_TOKENS\",\"value\":\"file:/run/gnomon/api/writer\"}",
                "{\"mountPath\":\"/run/gnomon/api\",\"name\":\"api-tokens\",\"readOnly\":true}",
                "{\"name\":\"api-tokens\",\"secret\":{\"optional\":%s,\"secretName\":\"gnomon-api-tokens\"}}"
                    .formatted(optional))
            .doesNotContain("GNOMON_API_OPEN");
      }
    }
  }

  /// Where dead letters go, they are taken, and nowhere else; notifications of buckets bring a
  /// token.
  @ParameterizedTest
  @MethodSource("overlays")
  void everyServiceOfProtectSaysWhetherItTakesDeadLettersAndKnowsTheTokenOfNotifications(
      Path overlay) {
    List<KubeObject> services =
        Project.rendered(overlay).stream()
            .filter(one -> one.is("serving.knative.dev/v1/Service"))
            .filter(one -> one.pod().toString().contains("GNOMON_PROTECT_CATALOGUE"))
            .filter(one -> !one.name().equals("webhooks"))
            .toList();

    assertThat(services).hasSize(5);
    for (KubeObject service : services) {
      assertThat(service.pod().toString())
          .as(service.id())
          .contains(
              "{\"name\":\"GNOMON_PROTECT_NOTIFICATION_TOKEN\",\"value\":\"file:/run/gnomon/api/notifier\"}",
              "{\"name\":\"GNOMON_PROTECT_TAKES_DEAD_LETTERS\",\"value\":\"%s\"}"
                  .formatted(service.name().equals("dead-letters")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"names", "to-stores", "to-index", "to-broker"})
  void aPolicyThatIsLeftOutOfAnOverlayIsMissedByAService(String left) {
    List<KubeObject> objects =
        Project.rendered(Project.KNATIVE.resolve("overlays/kafka")).stream()
            .filter(one -> !one.name().equals(left))
            .toList();
    assertThat(new NetworkRule().broken(objects))
        .isNotEmpty()
        .allMatch(sentence -> sentence.contains("expected a NetworkPolicy"));
  }

  /// Knative's Kafka Broker delivers to these in the order of arrival, to others side by side.
  @ParameterizedTest
  @ValueSource(strings = {"kafka", "production"})
  void orderIsKeptWhereTheOrderOfArrivalCounts(String overlay) {
    assertThat(Project.rendered(Project.KNATIVE.resolve("overlays").resolve(overlay)))
        .filteredOn(one -> one.is("eventing.knative.dev/v1/Trigger"))
        .filteredOn(one ->
            one.json()
                .at("/metadata/annotations/kafka.eventing.knative.dev~1delivery.order")
                .asText()
                .equals("ordered"))
        .extracting(KubeObject::name)
        .containsExactlyInAnyOrder(
            "telemetry-observed", "telemetry-probe-observed", "shadow-writes-observed");
  }

  @Test
  void everyNamespaceTakesRestrictedPodsOnly() {
    assertThat(KubeObject.plain(Project.KNATIVE))
        .filteredOn(one -> one.is("v1/Namespace"))
        .isNotEmpty()
        .allSatisfy(one ->
            assertThat(
                    one.json().at("/metadata/labels/pod-security.kubernetes.io~1enforce").asText())
                .isEqualTo("restricted"));
  }

  @Test
  void aServiceThatKeepsAPodHasADisruptionBudget() {
    List<KubeObject> objects = KubeObject.plain(Project.KNATIVE);
    String scale = "/spec/template/metadata/annotations/autoscaling.knative.dev~1min-scale";
    List<String> kept =
        objects.stream()
            .filter(one -> one.is("serving.knative.dev/v1/Service"))
            .filter(one -> one.json().at(scale).asInt() > 0)
            .map(KubeObject::name)
            .toList();
    assertThat(kept).contains("route", "rollback");
    assertThat(objects)
        .filteredOn(one -> one.is("policy/v1/PodDisruptionBudget"))
        .extracting(KubeObject::name)
        .containsExactlyInAnyOrderElementsOf(kept);
  }
}
