package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.journal.ObserveWrites;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.store.journal.DirectoryTarget;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Where a journal is: in the store that a person names, or in that of the cell that gnomon.yaml
/// names for the resource. A journal may be used by several processes, so a stack may be running.
///
/// @param store where its store is
/// @param rules by which it is kept
/// @param resource as gnomon.yaml has it; empty if a person named the store
/// @param cell that has it; empty if a person named the store
record JournalPlace(
    ResourceName name,
    StoreAddress store,
    JournalUpkeep.Rules rules,
    Optional<Resource> resource,
    Optional<String> cell) {

  /// Options of every command about one journal.
  static final class One {
    @Parameters(index = "0", paramLabel = "NAME", description = "The resource.")
    private String name = "";

    @Option(names = "--cell", paramLabel = "NAME", description = "If several cells have one.")
    private @Nullable String cell;

    @Option(names = "--store", paramLabel = "URL", description = StoreUrl.HELP)
    private @Nullable String store;

    JournalPlace place(Gnomon top) {
      return JournalPlace.of(top, name, store, cell);
    }
  }

  private static JournalPlace of(
      Gnomon top, String name, @Nullable String store, @Nullable String cell) {
    ResourceName resource = new ResourceName(Names.checked(name, ResourceName::new));
    return store == null
        ? ofCatalogue(top, resource, Optional.ofNullable(cell))
        : new JournalPlace(
            resource,
            StoreAddress.of(store, top.options.key()),
            JournalUpkeep.Rules.DEFAULT,
            Optional.empty(),
            Optional.empty());
  }

  private static JournalPlace ofCatalogue(Gnomon top, ResourceName name, Optional<String> cell) {
    Catalogue catalogue = StoreAddress.catalogue(top);
    Resource resource =
        catalogue
            .resource(name)
            .orElseThrow(() ->
                Failure.failed(
                    "unknown resource '%s' in %s".formatted(name, top.options.config())));
    List<ShadowSpec> shadows =
        ObserveWrites.journaled(resource).stream()
            .filter(shadow -> cell.isEmpty() || cell.get().equals(shadow.cell().value()))
            .toList();
    if (shadows.isEmpty()) {
      throw Failure.failed(
          "%s has no shadow of type transactional%s"
              .formatted(name, cell.map(in -> " in " + in).orElse("")));
    }
    if (shadows.size() > 1) {
      throw Failure.wrongUse(
          "several cells have a journal of %s: name one of %s by --cell"
              .formatted(
                  name, String.join(", ", shadows.stream().map(s -> s.cell().value()).toList())));
    }
    CellName in = shadows.getFirst().cell();
    return new JournalPlace(
        name,
        StoreAddress.of(top, catalogue.cell(in).orElseThrow()),
        shadows.getFirst().journal(),
        Optional.of(resource),
        Optional.of(in.value()));
  }

  StoreUrl.Opened open() {
    return store.openExisting(at ->
        prefix()
            .filter(own -> own.equals(at) || isReachedAlike(own, at))
            .flatMap(own -> resource.flatMap(Resource::prefix)));
  }

  /// Whether another prefix takes the credentials of this one: on the same server, unless a person
  /// gives some for it.
  private static boolean isReachedAlike(S3Prefix own, S3Prefix other) {
    return own.endpoint().equals(other.endpoint())
        && System.getenv(StoreUrl.BUCKET_ACCESS_KEY) == null;
  }

  Journal journal(StoreUrl.Opened opened) {
    return opened.stores().journals().of(name);
  }

  static DirectoryTarget target(Path directory) {
    return DirectoryTarget.of(directory, () -> UUID.randomUUID().toString());
  }

  /// The prefix that it is the journal of: as gnomon.yaml says, or a person.
  S3Prefix prefix(@Nullable String named) {
    return prefix()
        .orElseGet(() -> {
          if (resource.isPresent() || named == null) {
            throw Failure.wrongUse("the journal of %s is not one of a prefix".formatted(name));
          }
          return address(named);
        });
  }

  static S3Prefix address(String text) {
    try {
      return S3Prefix.of(text);
    } catch (IllegalArgumentException e) {
      throw Failure.wrongUse("'%s': %s".formatted(text, e.getMessage()));
    }
  }

  /// The prefix of a bucket that it is the journal of, as gnomon.yaml says.
  Optional<S3Prefix> prefix() {
    return resource
        .map(Resource::location)
        .flatMap(location ->
            location instanceof S3Prefix prefix ? Optional.of(prefix) : Optional.empty());
  }

  /// @throws Failure if a running stack is rolling the resource back
  void requireNoRollback(Gnomon top) {
    if (resource.isEmpty() || StackAddresses.find(top.options.data()).isEmpty()) {
      return;
    }
    for (JsonNode status : StackApi.of(top.options.data()).status().path("resources")) {
      if (status.path("name").asText().equals(name.value())) {
        noRollback(status);
      }
    }
  }

  private void noRollback(JsonNode status) {
    if (status.hasNonNull("runningRollback")) {
      throw Failure.failed(
          "rollback %s of %s is running".formatted(status.path("runningRollback").asText(), name));
    }
  }

  /// A store that may be new.
  StoreUrl.Opened make() {
    return resource.isPresent() ? open() : store.open();
  }

  /// The directory in which the last writes may be undone: the one that a person names, or the
  /// primary of a running stack while nothing else changes it.
  Path live(Gnomon top, @Nullable Path named) {
    if (named != null) {
      return named.toAbsolutePath().normalize();
    }
    if (resource.isEmpty()) {
      throw Failure.wrongUse(
          "with --store, --in DIR names the directory that the writes were made in");
    }
    if (StackAddresses.find(top.options.data()).isEmpty()) {
      throw Failure.failed(
          "no stack is running that could tell where %s lies now: name its directory by --in DIR"
              .formatted(name));
    }
    for (JsonNode status : StackApi.of(top.options.data()).status().path("resources")) {
      if (status.path("name").asText().equals(name.value())) {
        return primary(status);
      }
    }
    throw Failure.failed("the running stack does not know " + name);
  }

  private Path primary(JsonNode status) {
    noRollback(status);
    JsonNode route = status.path("route");
    if (route.isMissingNode() || route.isNull()) {
      return Path.of(status.path("location").asText());
    }
    if (!route.path("state").asText().equalsIgnoreCase("serving")) {
      throw Failure.failed(
          "the route of %s is %s, expected SERVING".formatted(name, route.path("state").asText()));
    }
    String primary = route.path("primary").path("path").asText();
    if (!primary.equals(status.path("location").asText())) {
      throw Failure.failed(
          "%s is served from '%s' now, not from where its writes were announced: name the directory by --in DIR"
              .formatted(name, primary));
    }
    return Path.of(primary);
  }
}
