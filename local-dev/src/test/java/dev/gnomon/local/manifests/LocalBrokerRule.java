package dev.gnomon.local.manifests;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.gnomon.local.broker.ManifestReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The local broker reads the objects, so what runs on one machine is what runs on a cluster. It
/// knows the forms of durations, schedules and backoffs, which schemas don't.
final class LocalBrokerRule implements Rule {
  private static final String BROKER = "eventing.knative.dev/v1/Broker";
  private static final Set<String> READ =
      Set.of(
          BROKER,
          "eventing.knative.dev/v1/Trigger",
          "sources.knative.dev/v1/PingSource",
          "serving.knative.dev/v1/Service");

  private final YAMLMapper mapper = new YAMLMapper();

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    List<KubeObject> brokers = objects.stream().filter(one -> one.is(BROKER)).toList();
    return objects.stream()
        .filter(one -> READ.contains(one.type()))
        .flatMap(one -> broken(one, one.is(BROKER) ? List.of() : brokers));
  }

  /// @param brokers which the object is read beside
  private Stream<String> broken(KubeObject object, List<KubeObject> brokers) {
    try {
      Path file = Files.createTempFile("manifests", ".yaml");
      try {
        List<KubeObject> together = new ArrayList<>(brokers);
        together.add(object);
        StringBuilder yaml = new StringBuilder();
        for (KubeObject one : together) {
          yaml.append(mapper.writeValueAsString(one.json()));
        }
        Files.writeString(file, yaml);
        ManifestReader.read(file);
        return Stream.empty();
      } catch (IllegalArgumentException e) {
        String why = String.valueOf(e.getMessage()).replace(file + ": ", "");
        return Stream.of(
            object.id() + ": expected what the local broker can read, found that " + why);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
