package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.prediction.ModelShelf;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The control store that models stand in: that of gnomon.yaml, unless a person names another.
final class ModelStore {
  @Option(
      names = "--store",
      paramLabel = "URL",
      description = "Instead of the control store of gnomon.yaml: " + StoreUrl.HELP)
  private @Nullable String store;

  /// Does something with the shelf.
  <T> T with(Gnomon top, Function<Shelf, T> work) {
    try (StoreUrl.Opened opened = address(top).openExisting()) {
      ControlRecords records =
          new ControlRecords(opened.objects(), () -> UUID.randomUUID().toString());
      return work.apply(new Shelf(records, new ModelShelf(records, opened.objects())));
    }
  }

  /// What the stack of that control store says, if one runs.
  Optional<JsonNode> running(Gnomon top) {
    if (store != null) {
      return Optional.empty();
    }
    try {
      return StackAddresses.find(top.options.data())
          .flatMap(running -> StackApi.of(top.options.data()).models());
    } catch (Failure e) {
      return Optional.empty(); // None answers.
    }
  }

  record Shelf(ControlRecords records, ModelShelf models) {}

  private StoreAddress address(Gnomon top) {
    if (store != null) {
      return StoreAddress.of(store, top.options.key());
    }
    Catalogue catalogue = StoreAddress.catalogue(top);
    return Optional.of(catalogue.control())
        .flatMap(catalogue::cell)
        .map(cell -> StoreAddress.of(top, cell))
        .orElseThrow(() -> Failure.failed("the catalogue has no control cell"));
  }
}
