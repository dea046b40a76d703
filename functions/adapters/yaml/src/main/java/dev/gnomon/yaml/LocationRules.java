package dev.gnomon.yaml;

import dev.gnomon.core.places.CanonicalPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where primaries, replicas, links and stores may lie: apart from each other, from the data
/// directory and from what the machine itself needs. Compared with symbolic links resolved.
final class LocationRules {
  private final CatalogueDraft draft;
  private final Surroundings surroundings;
  private final List<Claim> claims = new ArrayList<>();

  /// A directory that belongs to one purpose.
  private record Claim(Section at, String what, Path path) {}

  private LocationRules(CatalogueDraft draft, Surroundings surroundings) {
    this.draft = draft;
    this.surroundings = surroundings;
  }

  static void check(CatalogueDraft draft, Surroundings surroundings) {
    LocationRules rules = new LocationRules(draft, surroundings);
    draft.resources().forEach(rules::primary);
    draft.resources().forEach(rules::replicas);
    draft.resources().forEach(rules::links);
    draft.cells().forEach(rules::store);
    rules.storesOnce();
  }

  private void primary(ResourceDraft resource) {
    if (resource.location().isEmpty()) {
      return;
    }
    Section at = resource.at().at("location");
    Path given = resource.location().get();
    Path path = CanonicalPath.of(given);
    Path data = surroundings.dataDirectory();
    if (surroundings.system(path)) {
      at.error(
          "'%s' is a directory that the machine needs: protect a directory below it"
              .formatted(path));
    } else if (surroundings.mountRoot(path)) {
      at.error(
          "'%s' is a mount root and can't be fenced: protect a directory below it".formatted(path));
    } else if (overlap(path, data)) {
      at.error("'%s' overlaps the data directory '%s'".formatted(path, data));
    } else if (Files.isSymbolicLink(given) && Files.isDirectory(given)) {
      at.error("'%s' is a symbolic link: name the directory itself, '%s'".formatted(given, path));
    } else if (Files.exists(given) && !Files.isDirectory(given)) {
      at.warning("'%s' is not a directory now".formatted(given));
    } else if (!Files.exists(given)) {
      at.warning("'%s' does not exist now".formatted(given));
    }
    claim(at, "the location of " + label(resource), path);
  }

  private void replicas(ResourceDraft resource) {
    for (ShadowDraft shadow : resource.shadows()) {
      if (shadow.replica().isEmpty()) {
        continue;
      }
      Section at = shadow.at().at("replica");
      Path path = CanonicalPath.of(shadow.replica().get());
      if (surroundings.system(path)) {
        at.error(
            "'%s' is a directory that the machine needs: use a directory below it".formatted(path));
      } else if (surroundings.dataDirectory().startsWith(path)) {
        at.error(
            "'%s' contains the data directory '%s'".formatted(path, surroundings.dataDirectory()));
      }
      claim(at, "the replica of " + label(resource), path);
    }
  }

  private void links(ResourceDraft resource) {
    for (ActuatorDraft actuator : resource.actuators()) {
      if (actuator.link().isEmpty()) {
        continue;
      }
      Path given = actuator.link().get();
      Path parent = given.getParent();
      Path name = given.getFileName();
      if (parent == null || name == null) {
        actuator.at().error("expected the path of a link, found '%s'".formatted(given));
        continue;
      }
      if (Files.exists(given) && !Files.isSymbolicLink(given)) {
        actuator.at().warning("'%s' is there now and is not a symbolic link".formatted(given));
      }
      claim(
          actuator.at(), "the link of " + label(resource), CanonicalPath.of(parent).resolve(name));
    }
  }

  private void store(CellDraft cell) {
    cell.directory()
        .ifPresent(directory ->
            claim(
                cell.at().at("store"),
                "the store of cell " + cell.name().map(Object::toString).orElse("?"),
                CanonicalPath.of(directory)));
  }

  private void storesOnce() {
    Map<String, Section> first = new HashMap<>();
    for (CellDraft cell : draft.cells()) {
      Section at = cell.at().at("store");
      cell.store()
          .filter(store -> cell.directory().isEmpty())
          .map(store -> store.url().toString().replaceAll("/+$", ""))
          .flatMap(url -> Optional.ofNullable(first.putIfAbsent(url, at)))
          .ifPresent(before ->
              at.error(
                  "this store belongs to the cell in line %d: a cell has a store of its own"
                      .formatted(at.problems().lineOf(before.pointer()))));
    }
  }

  private void claim(Section at, String what, Path path) {
    for (Claim other : claims) {
      if (overlap(path, other.path())) {
        String relation =
            path.equals(other.path())
                ? "is also"
                : path.startsWith(other.path()) ? "lies inside" : "contains";
        at.error(
            "%s '%s' %s %s, '%s' (line %d): they must lie apart"
                .formatted(
                    what,
                    path,
                    relation,
                    other.what(),
                    other.path(),
                    at.problems().lineOf(other.at().pointer())));
        return;
      }
    }
    claims.add(new Claim(at, what, path));
  }

  private static boolean overlap(Path a, Path b) {
    return a.startsWith(b) || b.startsWith(a);
  }

  private static String label(ResourceDraft resource) {
    return resource.name().map(name -> "resource " + name).orElse("a resource");
  }
}
