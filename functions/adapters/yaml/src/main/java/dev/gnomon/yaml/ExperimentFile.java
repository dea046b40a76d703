package dev.gnomon.yaml;

import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Experiment.Expected;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.chaos.TroubleForm;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.yaml.Problem.Severity;
import dev.gnomon.yaml.Problems.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// Loads the file of an experiment. Reads it; changes nothing.
public final class ExperimentFile {
  private static final String SCHEMA = "/experiment.schema.json";

  /// Until its id is known.
  private static final String NOBODY = "x";

  private ExperimentFile() {}

  /// What a file holds.
  public sealed interface Loaded {
    /// It can be run.
    ///
    /// @param id empty: a fresh one each time
    /// @param form the trouble as the file writes it
    /// @param cluster where it happens on a cluster, if the file says so
    record Valid(
        Optional<String> id,
        String name,
        TroubleForm form,
        Duration lasts,
        Expected expected,
        Optional<Cluster> cluster)
        implements Loaded {
      public Experiment experiment(String freshId, String by) {
        return new Experiment(id.orElse(freshId), name, form.trouble(), lasts, expected, by);
      }
    }

    /// It can't.
    ///
    /// @param errors in the order of the file; at least one
    record Invalid(List<Problem> errors) implements Loaded {}
  }

  /// The pods that an experiment happens to on a cluster.
  ///
  /// @param volume where the store's data is mounted in them
  public record Cluster(String namespace, Map<String, String> labels, Optional<String> volume) {
    public Cluster {
      labels = Map.copyOf(labels);
    }
  }

  public static Loaded load(Path file) {
    Problems problems = new Problems(file);
    Optional<Loaded.Valid> valid =
        text(file, problems)
            .flatMap(text -> YamlDocument.parse(text, problems))
            .flatMap(tree -> read(tree, file, problems));
    return valid.isPresent() ? valid.get() : new Loaded.Invalid(problems.of(Severity.ERROR));
  }

  private static Optional<Loaded.Valid> read(JsonNode tree, Path file, Problems problems) {
    SchemaCheck.check(tree, problems, SCHEMA);
    Path base = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    Section at = new Section(tree, "", base, problems);
    Optional<TroubleForm> form = at.at("trouble").at("kind").text().map(kind -> form(kind, at));
    Optional<Duration> lasts = at.at("lasts").duration();
    if (problems.anyError() || form.isEmpty() || lasts.isEmpty()) {
      return Optional.empty();
    }
    Optional<Trouble> trouble = checked(at.at("trouble"), () -> form.get().trouble());
    Optional<Expected> expected = checked(at.at("expect"), () -> expected(at.at("expect")));
    if (trouble.isEmpty() || expected.isEmpty()) {
      return Optional.empty();
    }
    Optional<Experiment> whole =
        checked(
            at,
            () ->
                new Experiment(
                    NOBODY,
                    at.at("name").text().orElse(""),
                    trouble.get(),
                    lasts.get(),
                    expected.get(),
                    NOBODY));
    return problems.anyError() || whole.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Loaded.Valid(
                at.at("id").text(),
                whole.get().name(),
                form.get(),
                lasts.get(),
                expected.get(),
                at.has("cluster") ? Optional.of(cluster(at.at("cluster"))) : Optional.empty()));
  }

  private static TroubleForm form(String kind, Section at) {
    Section trouble = at.at("trouble");
    return new TroubleForm(
        kind,
        trouble.at("cell").text(),
        trouble.at("delay").duration(),
        trouble.at("share").decimal(),
        trouble.at("ahead").duration(),
        trouble.at("behind").duration(),
        trouble.at("after").text(),
        trouble.at("times").number(),
        trouble.at("within").duration());
  }

  private static Expected expected(Section at) {
    Expected other = Expected.DEFAULT;
    return new Expected(
        at.has("moves")
            ? Optional.of(
                at.at("moves").items().stream()
                    .flatMap(item -> item.value(ResourceName::new).stream())
                    .toList())
            : other.moves(),
        at.at("switches").number().orElse(other.switches()),
        at.at("merit").decimal().orElse(other.merit()),
        at.at("settles").duration().orElse(other.settles()),
        at.at("noticed").duration());
  }

  private static Cluster cluster(Section at) {
    Map<String, String> labels = new LinkedHashMap<>();
    at.at("labels")
        .node()
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
    return new Cluster(at.at("namespace").text().orElse(""), labels, at.at("volume").text());
  }

  /// A mistake is reported at the key that its message begins with, if it does.
  private static <T> Optional<T> checked(Section at, Supplier<T> value) {
    try {
      return Optional.of(value.get());
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      String key = message.split(":", 2)[0];
      if (at.has(key)) {
        at.at(key).error(message.substring(key.length() + 1).strip());
      } else {
        at.error(message);
      }
      return Optional.empty();
    }
  }

  private static Optional<String> text(Path file, Problems problems) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(YamlDocument.MAX_BYTES + 1);
      if (bytes.length <= YamlDocument.MAX_BYTES) {
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
      }
      problems.errorAt(
          Place.FILE, "expected at most " + YamlDocument.MAX_BYTES + " bytes, found more");
    } catch (NoSuchFileException e) {
      problems.errorAt(Place.FILE, "there is no such file");
    } catch (IOException e) {
      problems.errorAt(Place.FILE, "can't be read: " + e.getMessage());
    }
    return Optional.empty();
  }
}
