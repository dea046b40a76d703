package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// Everything a user declared, checked: every reference resolves, dependencies have no cycle.
///
/// @param control the cell whose store holds routes, rollbacks, updates and jobs
/// @param clockTolerance how far clocks of cells may differ
/// @param notifications who is told what happened
/// @param webhooks machines that may ask for rollbacks, each with a name of its own
/// @param policies how the whole installation watches and decides
public record Catalogue(
    List<Cell> cells,
    CellName control,
    List<Resource> resources,
    Duration clockTolerance,
    List<NotificationTarget> notifications,
    List<WebhookSender> webhooks,
    Policies policies) {
  public static final Duration DEFAULT_CLOCK_TOLERANCE = Duration.ofSeconds(2);

  public Catalogue {
    cells = List.copyOf(cells);
    resources = List.copyOf(resources);
    notifications = List.copyOf(notifications);
    webhooks = List.copyOf(webhooks);
  }

  /// A catalogue that takes no webhooks and has no policies of its own.
  public Catalogue(
      List<Cell> cells,
      CellName control,
      List<Resource> resources,
      Duration clockTolerance,
      List<NotificationTarget> notifications) {
    this(cells, control, resources, clockTolerance, notifications, List.of(), Policies.DEFAULT);
  }

  public Optional<Resource> resource(ResourceName name) {
    return resources.stream().filter(resource -> resource.name().equals(name)).findFirst();
  }

  public Optional<Cell> cell(CellName name) {
    return cells.stream().filter(cell -> cell.name().equals(name)).findFirst();
  }

  /// How a prefix of a bucket is reached: as the resource says that it is the location of, or as
  /// the cell that serves generations in it.
  public Optional<PrefixSpec> reach(S3Prefix place) {
    return resources.stream()
        .filter(resource -> resource.location().equals(place))
        .flatMap(resource -> resource.prefix().stream())
        .findFirst()
        .or(() -> cells.stream().flatMap(cell -> cell.reach(place).stream()).findFirst());
  }

  /// Everything reachable by dependsOn from the given resources, dependencies first.
  ///
  /// @throws IllegalArgumentException naming a resource that the catalogue does not have
  public List<ResourceName> closure(List<ResourceName> roots) {
    SequencedSet<ResourceName> closed = new LinkedHashSet<>();
    roots.forEach(root -> close(root, closed, new LinkedHashSet<>()));
    return new ArrayList<>(closed);
  }

  private void close(
      ResourceName name, SequencedSet<ResourceName> closed, SequencedSet<ResourceName> path) {
    if (closed.contains(name) || !path.add(name)) {
      return;
    }
    Resource resource =
        resource(name)
            .orElseThrow(() -> new IllegalArgumentException("unknown resource '" + name + "'"));
    resource.dependsOn().forEach(dependency -> close(dependency, closed, path));
    closed.add(name);
  }
}
