package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.catalogue.DurationText;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.control.Json;
import dev.gnomon.yaml.ExperimentFile.Cluster;
import dev.gnomon.yaml.ExperimentFile.Loaded;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// An experiment as objects of Chaos Mesh (`chaos-mesh.org/v1alpha1`), as JSON, which is YAML.
/// Fields are those of its published CRDs. Each has a duration, so that it ends by itself too.
final class ChaosMesh {
  /// Input/output error.
  private static final int EIO = 5;

  private static final int PERCENT = 100;

  private ChaosMesh() {}

  /// @throws Failure if it can't be made there
  static List<String> objects(String id, Loaded.Valid experiment) {
    Cluster cluster =
        experiment
            .cluster()
            .orElseThrow(() ->
                Failure.wrongUse(
                    "expected the key cluster, such as { namespace: gnomon, labels: { app: minio } },"
                        + " found none"));
    ObjectNode object = Json.MAPPER.createObjectNode();
    object.put("apiVersion", "chaos-mesh.org/v1alpha1");
    ObjectNode spec = Json.MAPPER.createObjectNode();
    object.put("kind", fill(spec, experiment.form().trouble(), cluster, experiment.lasts()));
    object
        .putObject("metadata")
        .put("name", name(id))
        .put("namespace", cluster.namespace())
        .putObject("labels")
        .put("app.kubernetes.io/part-of", "gnomon");
    boolean one = experiment.form().trouble() instanceof Trouble.KilledFunction;
    spec.put("mode", one ? "one" : "all");
    ObjectNode selector = spec.putObject("selector");
    selector.putArray("namespaces").add(cluster.namespace());
    ObjectNode labels = selector.putObject("labelSelectors");
    new TreeMap<>(cluster.labels()).forEach(labels::put);
    object.set("spec", spec);
    try {
      return List.of(
          Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(object) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an object of Chaos Mesh has no JSON form", e);
    }
  }

  /// @return the kind
  private static String fill(ObjectNode spec, Trouble trouble, Cluster cluster, Duration lasts) {
    boolean once = trouble instanceof Trouble.KilledFunction;
    if (!once) {
      spec.put("duration", DurationText.format(lasts));
    }
    return switch (trouble) {
      case Trouble.Latency latency -> {
        if (latency.share() < 1) {
          throw Failure.wrongUse(
              "share: expected 1, found %s: Chaos Mesh delays every packet"
                  .formatted(latency.share()));
        }
        yield delay(spec, latency.delay());
      }
      case Trouble.SlowRedis slow -> delay(spec, slow.delay());
      case Trouble.Partition partition -> cutOff(spec);
      case Trouble.DeadRedis dead -> cutOff(spec);
      case Trouble.Errors errors -> {
        spec.put("action", "fault").put("errno", EIO).put("percent", percent(errors.share()));
        spec.put("volumePath", volume(cluster));
        yield "IOChaos";
      }
      case Trouble.CorruptReads corrupt -> {
        spec.put("action", "mistake").put("percent", percent(corrupt.share()));
        spec.put("volumePath", volume(cluster));
        // Of what is read only: what is written has to stay as it is.
        spec.putArray("methods").add("READ");
        spec.putObject("mistake")
            .put("filling", "random")
            .put("maxOccurrences", 1)
            .put("maxLength", 1);
        yield "IOChaos";
      }
      case Trouble.ClockSkew skew -> {
        spec.put("timeOffset", skew.by().toMillis() + "ms");
        yield "TimeChaos";
      }
      case Trouble.KilledFunction killed -> {
        spec.put("action", "pod-kill").put("gracePeriod", 0);
        yield "PodChaos";
      }
      case Trouble.DuplicateEvents events -> throw notThere(events);
      case Trouble.ReorderedEvents events -> throw notThere(events);
      case Trouble.LostEvents events -> throw notThere(events);
    };
  }

  private static String delay(ObjectNode spec, Duration delay) {
    spec.put("action", "delay").put("direction", "to");
    spec.putObject("delay")
        .put("latency", delay.toMillis() + "ms")
        .put("correlation", "0")
        .put("jitter", "0ms");
    return "NetworkChaos";
  }

  private static String cutOff(ObjectNode spec) {
    // All packets are lost: a partition would need to name the other side too.
    spec.put("action", "loss").put("direction", "both");
    spec.putObject("loss").put("loss", "100").put("correlation", "0");
    return "NetworkChaos";
  }

  private static int percent(double share) {
    return (int) Math.max(1, Math.round(PERCENT * share));
  }

  private static String volume(Cluster cluster) {
    return cluster
        .volume()
        .orElseThrow(() ->
            Failure.wrongUse(
                "cluster.volume: expected the path where the store's data is mounted, found none"));
  }

  private static Failure notThere(Trouble trouble) {
    return Failure.wrongUse(
        "Chaos Mesh knows nothing of events (%s): run it without --cluster"
            .formatted(trouble.says()));
  }

  /// Names of Kubernetes have small letters, digits and hyphens.
  private static String name(String id) {
    String name = id.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    return "gnomon-" + name.substring(0, Math.min(50, name.length())).replaceAll("-$", "");
  }
}
