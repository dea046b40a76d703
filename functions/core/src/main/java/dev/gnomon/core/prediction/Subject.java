package dev.gnomon.core.prediction;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;

/// What telemetry speaks of, and what may fail.
public sealed interface Subject {
  /// A whole cell: its object store, its Redis, its machines.
  record OfCell(CellName cell) implements Subject {
    @Override
    public String toString() {
      return "cell:" + cell;
    }
  }

  /// A resource where it is served from now.
  record OfResource(ResourceName resource) implements Subject {
    @Override
    public String toString() {
      return "resource:" + resource;
    }
  }

  /// One location of a resource: its primary, or its shadow in a cell.
  record OfLocation(ResourceName resource, CellName cell) implements Subject {
    @Override
    public String toString() {
      return "location:" + resource + "@" + cell;
    }
  }

  /// As [#toString] writes it.
  ///
  /// @throws IllegalArgumentException if the text is none
  static Subject parse(String text) {
    int colon = text.indexOf(':');
    String name = text.substring(colon + 1);
    return switch (text.substring(0, Math.max(colon, 0))) {
      case "cell" -> new OfCell(new CellName(name));
      case "resource" -> new OfResource(new ResourceName(name));
      case "location" -> {
        int at = name.lastIndexOf('@');
        if (at < 0) {
          throw new IllegalArgumentException(
              "a location is written location:RESOURCE@CELL: '" + text + "'");
        }
        yield new OfLocation(
            new ResourceName(name.substring(0, at)), new CellName(name.substring(at + 1)));
      }
      default ->
          throw new IllegalArgumentException(
              "a subject is written cell:NAME, resource:NAME or location:RESOURCE@CELL: '"
                  + text
                  + "'");
    };
  }
}
