package dev.gnomon.local.cli;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.EncryptionSpec;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.StoreSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.yaml.CatalogueFile;
import dev.gnomon.yaml.CatalogueFile.Loaded;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a store is: in a URL that a person names, or in a cell of gnomon.yaml.
///
/// @param key address of its master key, if it is encrypted
/// @param spec region and credentials as gnomon.yaml has them
record StoreAddress(String url, Optional<String> key, Optional<StoreSpec> spec) {

  static StoreAddress of(String url, Optional<String> key) {
    return new StoreAddress(url, key, Optional.empty());
  }

  /// Options of every command about one store.
  static final class Choice {
    @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
    private @Nullable String store;

    @Option(
        names = "--cell",
        paramLabel = "NAME",
        description = "Instead of --store: the store of this cell of gnomon.yaml.")
    private @Nullable String cell;

    StoreAddress address(Gnomon top) {
      if (store != null && cell == null) {
        return of(store, top.options.key());
      }
      if (store == null && cell != null) {
        return ofCell(top, cell);
      }
      throw Failure.wrongUse("expected one of --store URL and --cell NAME");
    }
  }

  /// @throws Failure if gnomon.yaml has no such cell
  static StoreAddress ofCell(Gnomon top, String name) {
    CellName cell = new CellName(Names.checked(name, CellName::new));
    Catalogue catalogue = catalogue(top);
    return catalogue
        .cell(cell)
        .map(found -> of(top, found))
        .orElseThrow(() ->
            Failure.failed(
                "unknown cell '%s', %s has: %s"
                    .formatted(
                        name,
                        top.options.config(),
                        String.join(
                            ", ",
                            catalogue.cells().stream().map(one -> one.name().value()).toList()))));
  }

  /// The store of a cell; without one of its own it lies in the data directory of the stack.
  static StoreAddress of(Gnomon top, Cell cell) {
    return new StoreAddress(
        cell.store()
            .map(spec -> spec.url().toString())
            .orElseGet(
                () -> "file:" + top.options.data().resolve("cells").resolve(cell.name().value())),
        top.options.key().or(() -> cell.encryption().map(EncryptionSpec::key)),
        cell.store());
  }

  static Catalogue catalogue(Gnomon top) {
    return switch (CatalogueFile.load(top.options.config(), top.options.data())) {
      case Loaded.Valid valid -> valid.catalogue();
      case Loaded.Invalid invalid ->
          throw Failure.failed(
              "%s can't be used: %s; or name the store by --store"
                  .formatted(top.options.config(), invalid.errors().getFirst()));
    };
  }

  StoreAddress withKey(Optional<String> other) {
    return new StoreAddress(url, other, spec);
  }

  /// @throws Failure if there is none
  StoreUrl.Opened openExisting() {
    return StoreUrl.open(url, key, false, this::environment);
  }

  /// The same for work on prefixes.
  ///
  /// @param specs how a prefix is reached; empty for those that the catalogue does not have
  StoreUrl.Opened openExisting(Function<S3Prefix, Optional<PrefixSpec>> specs) {
    return StoreUrl.openExisting(url, key, this::environment, specs);
  }

  /// A store that may be new.
  StoreUrl.Opened open() {
    return StoreUrl.open(url, key, true, this::environment);
  }

  /// The environment, with what the cell has under names of its own in the place of the usual.
  private @Nullable String environment(@Nullable String asked) {
    String name = Objects.requireNonNull(asked);
    Optional<String> instead =
        switch (name) {
          case StoreUrl.ACCESS_KEY -> spec.flatMap(StoreSpec::accessKeyEnv);
          case StoreUrl.SECRET_KEY -> spec.flatMap(StoreSpec::secretKeyEnv);
          case StoreUrl.SESSION_TOKEN -> spec.flatMap(StoreSpec::accessKeyEnv).map(own -> "");
          default -> Optional.empty();
        };
    if (name.equals(StoreUrl.REGION) && spec.flatMap(StoreSpec::region).isPresent()) {
      return spec.flatMap(StoreSpec::region).get();
    }
    String variable = instead.orElse(name);
    return variable.isEmpty() ? null : System.getenv(variable);
  }
}
