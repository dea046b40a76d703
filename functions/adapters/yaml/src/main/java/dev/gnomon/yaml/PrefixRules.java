package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.places.S3Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a resource that is a prefix of a bucket can have, and what only it can have. Prefixes lie
/// apart from each other and from the stores of the cells.
final class PrefixRules {
  private static final List<String> ONLY_PREFIX =
      List.of("region", "accessKeyEnv", "secretKeyEnv", "versions", "tags");

  private PrefixRules() {}

  /// A prefix that is taken.
  private record Claim(Section at, String what, S3Prefix prefix) {}

  static void check(CatalogueDraft draft) {
    List<Claim> claims = new ArrayList<>();
    for (CellDraft cell : draft.cells()) {
      cell.store()
          .filter(store -> S3Prefix.isAddress(store.url().toString()))
          .ifPresent(store ->
              prefix(store.url().toString())
                  .ifPresent(prefix ->
                      claims.add(
                          new Claim(
                              cell.at().at("store"),
                              "the store of cell " + cell.name().map(Object::toString).orElse("?"),
                              prefix))));
    }
    for (ResourceDraft resource : draft.resources()) {
      if (resource.isPrefix()) {
        prefix(draft, resource);
        resource.prefix().ifPresent(prefix -> claim(claims, resource, prefix));
      } else {
        directory(resource);
      }
    }
  }

  private static java.util.Optional<S3Prefix> prefix(String url) {
    try {
      return java.util.Optional.of(S3Prefix.of(url));
    } catch (IllegalArgumentException e) {
      return java.util.Optional.empty(); // the cell's own rules say so
    }
  }

  private static void claim(List<Claim> claims, ResourceDraft resource, S3Prefix prefix) {
    Section at = resource.at().at("location");
    for (Claim other : claims) {
      if (prefix.overlaps(other.prefix())) {
        at.error(
            "'%s' overlaps %s, '%s' (line %d): they must lie apart"
                .formatted(
                    prefix,
                    other.what(),
                    other.prefix(),
                    at.problems().lineOf(other.at().pointer())));
        return;
      }
    }
    claims.add(
        new Claim(
            at,
            "the location of "
                + resource.name().map(name -> "resource " + name).orElse("a resource"),
            prefix));
  }

  private static void prefix(CatalogueDraft draft, ResourceDraft resource) {
    Section at = resource.at();
    if (resource.rollback() != RollbackMode.RESTORE) {
      switchable(resource);
    }
    for (ShadowDraft shadow : resource.shadows()) {
      if (shadow.at().has("replica")) {
        shadow
            .at()
            .at("replica")
            .error("an s3-prefix has no directory as a replica: its cell's bucket serves it");
      } else if (shadow.isFull()
          && shadow
              .cell()
              .filter(draft::hasCell)
              .filter(cell -> !draft.isBucket(cell))
              .isPresent()) {
        shadow
            .at()
            .at("type")
            .error(
                "a full shadow of an s3-prefix is served by the bucket of its cell, and cell '%s' has none: name a cell with store: s3+..., or expect differential"
                    .formatted(shadow.cell().orElseThrow()));
      }
    }
    for (ActuatorDraft actuator : resource.actuators()) {
      if (actuator.link().isPresent()) {
        actuator.at().error("a symlink can't point to an s3-prefix: use a command or a webhook");
      }
    }
    both(at);
    if (at.at("versions").choice(Versions.class).filter(use -> use != Versions.COPY).isPresent()) {
      at.at("versions")
          .warning(
              "points that refer to versions hold no bytes: they are lost with the bucket, and with"
                  + " what its lifecycle rules delete");
    }
    writer(at.at("writer"));
  }

  private static void switchable(ResourceDraft resource) {
    String mode = resource.rollback().name().toLowerCase(Locale.ROOT).replace('_', '-');
    Section at = resource.at().at("rollback");
    boolean unreadableType =
        resource.shadows().stream().anyMatch(shadow -> shadow.type().isEmpty());
    if (!unreadableType && resource.shadows().stream().noneMatch(ShadowDraft::isFull)) {
      at.error(mode + " of an s3-prefix needs a shadow of type full, found none");
    }
    boolean told =
        resource.actuators().stream()
            .anyMatch(actuator -> actuator.spec().isEmpty() || actuator.link().isEmpty());
    if (!told) {
      at.error(
          mode
              + " of an s3-prefix needs an actuator that sends its readers and writers to another"
              + " prefix: a command or a webhook, found none");
    }
  }

  private static void both(Section at) {
    if (at.has("accessKeyEnv") != at.has("secretKeyEnv")) {
      at.at(at.has("accessKeyEnv") ? "accessKeyEnv" : "secretKeyEnv")
          .error("expected accessKeyEnv and secretKeyEnv together");
    }
  }

  private static void writer(Section writer) {
    if (!writer.node().isObject()) {
      return;
    }
    if (writer.has("uid") || writer.has("gid")) {
      writer.error(
          "the writer of an s3-prefix is { accessKeyEnv, secretKeyEnv } or"
              + " { anonymous: true }, found a Unix user");
      return;
    }
    both(writer);
    if (writer.at("anonymous").flag() == writer.has("accessKeyEnv")) {
      writer.error("expected either accessKeyEnv and secretKeyEnv, or anonymous: true");
    }
  }

  private static void directory(ResourceDraft resource) {
    Section at = resource.at();
    for (String key : ONLY_PREFIX) {
      if (at.has(key)) {
        at.at(key).error("only a resource of kind s3-prefix has this key");
      }
    }
    if (at.at("location").text().filter(S3Prefix::isAddress).isPresent()) {
      at.at("location").error("an address of a bucket needs kind: s3-prefix");
    }
    Section writer = at.at("writer");
    if (writer.node().isObject() && !writer.has("uid")) {
      writer.error("the writer of a directory is { uid, gid }");
    }
  }
}
