package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.places.S3Prefix;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What could be read of a whole catalogue.
record CatalogueDraft(
    Section at, List<CellDraft> cells, List<ResourceDraft> resources, List<WebhookDraft> webhooks) {

  static CatalogueDraft read(Section at) {
    CatalogueDraft draft =
        new CatalogueDraft(
            at,
            at.at("cells").items().stream().map(CellDraft::read).toList(),
            at.at("resources").items().stream().map(ResourceDraft::read).toList(),
            at.at("webhooks").items().stream().map(WebhookDraft::read).toList());
    draft.webhooks.forEach(WebhookDraft::checkValues);
    draft.resources.forEach(ResourceDraft::checkValues);
    draft.telemetry().checkValues();
    draft.prediction().check();
    draft.clockTolerance();
    draft.notifications();
    DecisionDraft.check(at.at("decisions"));
    new MeritDraft(at.at("merit")).check();
    new ChaosDraft(at.at("chaos")).check(draft);
    return draft;
  }

  /// The cell of the control store: as declared, else the second, else the only one.
  Optional<CellName> control() {
    if (at.has("control")) {
      return at.at("control").at("cell").value(CellName::new);
    }
    return cells.size() < 2
        ? cells.stream().findFirst().flatMap(CellDraft::name)
        : cells.get(1).name();
  }

  /// Whether the store of a cell is a bucket.
  boolean isBucket(CellName name) {
    return cells.stream()
        .filter(cell -> cell.name().filter(name::equals).isPresent())
        .flatMap(cell -> cell.store().stream())
        .anyMatch(store -> S3Prefix.isAddress(store.url().toString()));
  }

  boolean hasCell(CellName name) {
    return cells.stream().anyMatch(cell -> cell.name().filter(name::equals).isPresent());
  }

  /// Only for a draft in which no mistake was found.
  Catalogue build() {
    List<Cell> built = cells.stream().map(CellDraft::build).toList();
    return new Catalogue(
        built,
        control().orElseThrow(),
        resources.stream().map(resource -> resource.build(built)).toList(),
        clockTolerance(),
        notifications(),
        webhooks.stream().map(WebhookDraft::build).toList(),
        policies());
  }

  TelemetryDraft telemetry() {
    return new TelemetryDraft(at.at("telemetry"));
  }

  private PredictionDraft prediction() {
    return new PredictionDraft(at.at("prediction"));
  }

  private Policies policies() {
    return new Policies(
        DecisionDraft.policy(at.at("decisions")),
        new MeritDraft(at.at("merit")).build(),
        telemetry().build(),
        prediction().build(),
        new ChaosDraft(at.at("chaos")).build());
  }

  private Duration clockTolerance() {
    return at.at("clockTolerance").duration().orElse(Catalogue.DEFAULT_CLOCK_TOLERANCE);
  }

  private List<NotificationTarget> notifications() {
    return NotificationDraft.targets(at.at("notifications"));
  }
}
