package dev.gnomon.local.cli;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.PointRef;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A point as a person names it: `site@7`, or `west:site@7` with its cell.
record PointName(Optional<String> cell, PointId id) {

  /// @param cell from an option; may say the same again
  static PointName of(String text, @Nullable String cell) {
    try {
      Optional<String> named = Optional.ofNullable(cell).map(CellName::new).map(CellName::value);
      if (text.indexOf(':') < 0) {
        return new PointName(named, PointId.parse(text));
      }
      PointRef ref = PointRef.parse(text);
      if (named.isPresent() && !named.get().equals(ref.cell().value())) {
        throw Failure.wrongUse("'%s' and --cell %s name two cells".formatted(text, cell));
      }
      return new PointName(Optional.of(ref.cell().value()), ref.point());
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String toString() {
    return cell.map(name -> name + ":").orElse("") + id;
  }
}
