package dev.gnomon.local.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Pods hold Pod Security `restricted`, say how much they need and when they are well, and carry an
/// account of their own without a token.
final class PodRule implements Rule {
  private static final Set<String> VOLUMES =
      Set.of("configMap", "secret", "emptyDir", "projected", "persistentVolumeClaim", "name");
  private static final Map<String, String> PATHS =
      Map.of(
          "readinessProbe", "/q/health/ready",
          "livenessProbe", "/q/health/live",
          "startupProbe", "/q/health/started");
  private static final int STARTS_WITHIN = 300;
  private static final Set<String> ANNOTATIONS =
      Set.of("autoscaling.knative.dev/min-scale", "autoscaling.knative.dev/max-scale");
  private static final String SCALE =
      "/spec/template/metadata/annotations/autoscaling.knative.dev~1";

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    return objects.stream()
        .filter(object -> object.pod().isObject())
        .flatMap(object -> Stream.concat(pod(object), scale(object)));
  }

  private static Stream<String> pod(KubeObject object) {
    Findings findings = new Findings(object.id());
    JsonNode pod = object.pod();
    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
      findings.expect(!pod.has(shared), "no " + shared, pod.path(shared).toString());
    }
    findings.expect(pod.has("serviceAccountName"), "a serviceAccountName", "none");
    findings.expect(
        pod.has("automountServiceAccountToken")
            && !pod.get("automountServiceAccountToken").asBoolean(),
        "automountServiceAccountToken: false",
        pod.path("automountServiceAccountToken").toString());
    for (JsonNode volume : pod.path("volumes")) {
      volume
          .fieldNames()
          .forEachRemaining(
              kind -> findings.expect(VOLUMES.contains(kind), "a volume of " + VOLUMES, kind));
    }
    boolean stays = !object.type().startsWith("batch/");
    pod.path("containers").forEach(container -> container(container, pod, stays, findings));
    return findings.all();
  }

  /// @param stays whether it is to run until it is told to end, so that somebody has to see how it
  ///   is
  private static void container(
      JsonNode container, JsonNode pod, boolean stays, Findings findings) {
    JsonNode own = container.path("securityContext");
    JsonNode shared = pod.path("securityContext");
    for (String amount : List.of("requests/cpu", "requests/memory", "limits/memory")) {
      findings.expect(
          !container.at("/resources/" + amount).isMissingNode(), "resources/" + amount, "none");
    }
    for (String probe : List.of("readinessProbe", "livenessProbe")) {
      findings.expect(!stays || container.has(probe), "a " + probe, "none");
    }
    for (String probe : List.of("readinessProbe", "livenessProbe", "startupProbe")) {
      if (container.has(probe)) {
        findings.expect(
            !container.path(probe).findPath("port").isMissingNode(),
            "a port of the " + probe,
            container.path(probe).toString());
      }
    }
    findings.expect(
        own.path("allowPrivilegeEscalation").isBoolean()
            && !own.path("allowPrivilegeEscalation").asBoolean(),
        "allowPrivilegeEscalation: false",
        own.path("allowPrivilegeEscalation").toString());
    findings.expect(
        own.path("readOnlyRootFilesystem").asBoolean(), "readOnlyRootFilesystem: true", own + "");
    findings.expect(
        own.at("/capabilities/drop").toString().equals("[\"ALL\"]"),
        "capabilities that drop [ALL]",
        own.path("capabilities").toString());
    findings.expect(
        own.path("runAsNonRoot").asBoolean(shared.path("runAsNonRoot").asBoolean()),
        "runAsNonRoot: true",
        own + "");
    findings.expect(
        Stream.of(own, shared).anyMatch(one -> one.has("seccompProfile")),
        "a seccompProfile",
        "none");
  }

  private static Stream<String> scale(KubeObject object) {
    if (!object.is("serving.knative.dev/v1/Service")) {
      return Stream.empty();
    }
    Findings findings = new Findings(object.id());
    JsonNode spec = object.json().at("/spec/template/spec");
    int whole = spec.path("timeoutSeconds").asInt(STARTS_WITHIN);
    findings.expect(
        whole <= STARTS_WITHIN || spec.path("responseStartTimeoutSeconds").asInt() == whole,
        "a responseStartTimeoutSeconds of " + whole + " like its timeoutSeconds",
        spec.path("responseStartTimeoutSeconds").toString());
    for (JsonNode container : spec.path("containers")) {
      PATHS.forEach((probe, path) -> {
        String found = container.path(probe).at("/httpGet/path").asText();
        findings.expect(
            !container.has(probe) || !container.path(probe).has("httpGet") || found.equals(path),
            "the path " + path + " of the " + probe,
            found);
      });
    }
    for (Map.Entry<String, JsonNode> one :
        object.json().at("/spec/template/metadata/annotations").properties()) {
      findings.expect(
          ANNOTATIONS.contains(one.getKey()), "an annotation that Knative reads", one.getKey());
    }
    String least = object.json().at(SCALE + "min-scale").asText();
    String most = object.json().at(SCALE + "max-scale").asText();
    findings.expect(
        least.matches("\\d{1,3}")
            && most.matches("[1-9]\\d{0,2}")
            && Integer.parseInt(least) <= Integer.parseInt(most),
        "a min-scale that is not above the max-scale",
        "'" + least + "' and '" + most + "'");
    return findings.all();
  }

  /// Sentences about one object.
  private record Findings(String id, Set<String> sentences) {
    Findings(String id) {
      this(id, new TreeSet<>());
    }

    void expect(boolean holds, String expected, String found) {
      if (!holds) {
        sentences.add("%s: expected %s, found %s".formatted(id, expected, found));
      }
    }

    Stream<String> all() {
      return sentences.stream();
    }
  }
}
