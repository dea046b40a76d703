package dev.gnomon.core.telemetry;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Says which subject of a catalogue a series speaks of: by its rules, else by the labels
/// `gnomon_resource` and `gnomon_cell`. Thread-safe.
public final class Mapping {
  public static final String RESOURCE_LABEL = "gnomon_resource";
  public static final String CELL_LABEL = "gnomon_cell";

  private static final TelemetryRule BY_OUR_LABELS =
      new TelemetryRule(
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(RESOURCE_LABEL),
          Optional.of(CELL_LABEL),
          Optional.empty());

  private final Catalogue catalogue;
  private final List<TelemetryRule> rules;

  /// Where a series belongs.
  public record Mapped(Subject subject, Aspect aspect) {}

  public Mapping(Catalogue catalogue) {
    this.catalogue = catalogue;
    this.rules =
        Stream.concat(catalogue.policies().telemetry().rules().stream(), Stream.of(BY_OUR_LABELS))
            .toList();
  }

  /// @return empty if no rule matches, or one does whose names the catalogue does not have
  public Optional<Mapped> of(SeriesKey series) {
    return rules.stream()
        .filter(rule -> rule.matches(series))
        .findFirst()
        .flatMap(rule ->
            subject(rule, series.labels())
                .map(subject ->
                    new Mapped(subject, rule.aspect().orElseGet(() -> Aspects.of(series)))));
  }

  private Optional<Subject> subject(TelemetryRule rule, Map<String, String> labels) {
    Optional<ResourceName> resource =
        rule.resource().or(() -> named(rule.resourceLabel(), labels, ResourceName::new));
    Optional<CellName> cell = rule.cell().or(() -> named(rule.cellLabel(), labels, CellName::new));
    boolean known =
        resource.map(name -> catalogue.resource(name).isPresent()).orElse(true)
            && cell.map(name -> catalogue.cell(name).isPresent()).orElse(true);
    if (!known) {
      return Optional.empty();
    }
    if (resource.isEmpty()) {
      return cell.map(Subject.OfCell::new);
    }
    ResourceName name = resource.get();
    return Optional.of(
        cell.<Subject>map(place -> new Subject.OfLocation(name, place))
            .orElseGet(() -> new Subject.OfResource(name)));
  }

  private static <T> Optional<T> named(
      Optional<String> label, Map<String, String> labels, Function<String, T> form) {
    Optional<String> value =
        label.flatMap(one -> Optional.ofNullable(labels.get(one))).filter(text -> !text.isEmpty());
    try {
      return value.map(form);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Not a name of ours, so nothing that is known.
    }
  }
}
