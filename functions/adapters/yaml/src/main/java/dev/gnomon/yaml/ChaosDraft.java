package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.ChaosPolicy;
import dev.gnomon.core.ids.CellName;
import java.util.Optional;

/// What the file says of experiments; what it leaves out is not allowed.
record ChaosDraft(Section at) {
  /// Reports what the schema can't see.
  void check(CatalogueDraft draft) {
    for (Section cell : at.at("cells").items()) {
      Optional<CellName> name = cell.value(CellName::new);
      if (name.isPresent() && !draft.hasCell(name.get())) {
        cell.error("unknown cell '" + name.get() + "'");
      }
    }
  }

  /// Only for a draft in which no mistake was found.
  ChaosPolicy build() {
    return new ChaosPolicy(
        at.at("allowed").flag(),
        at.at("cells").items().stream()
            .flatMap(cell -> cell.value(CellName::new).stream())
            .toList());
  }
}
