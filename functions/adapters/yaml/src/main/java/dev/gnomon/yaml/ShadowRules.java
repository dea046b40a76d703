package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.CellName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a resource's shadows must be for its way of rolling back, and where they may lie.
final class ShadowRules {
  private static final List<String> JOURNAL_KEYS =
      List.of("segment", "compactEvery", "retain", "settle");
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /// All content is read.
  private static final Duration SHORTEST_VERIFY = Duration.ofMinutes(1);

  private ShadowRules() {}

  static void check(CatalogueDraft draft) {
    for (ResourceDraft resource : draft.resources()) {
      resource.shadows().forEach(ShadowRules::shadow);
      resource.shadows().forEach(shadow -> continuous(draft, resource, shadow));
      resource.shadows().forEach(shadow -> journal(resource, shadow));
      oncePerCell(resource);
      resource.shadows().forEach(shadow -> plaintext(draft, shadow));
      if (!resource.isPrefix()) {
        resource.shadows().forEach(shadow -> unserved(draft, shadow));
        if (resource.rollback() != RollbackMode.RESTORE) {
          switchable(resource);
        }
      }
      failureDomains(draft, resource);
    }
  }

  private static void shadow(ShadowDraft shadow) {
    shadow
        .every()
        .filter(every -> every.compareTo(SHORTEST_INTERVAL) < 0)
        .ifPresent(every ->
            shadow
                .interval()
                .error(
                    "expected at least 1s, found '" + shadow.interval().node().asString() + "'"));
    if (shadow.at().has("replica")
        && shadow.type().filter(type -> type != ShadowType.FULL).isPresent()) {
      shadow.at().at("replica").error("only a shadow of type full has a replica");
    }
  }

  /// What a journal needs is for a journal.
  private static void journal(ResourceDraft resource, ShadowDraft shadow) {
    boolean transactional =
        shadow.type().filter(type -> type == ShadowType.TRANSACTIONAL).isPresent();
    boolean other = shadow.type().isPresent() && !transactional;
    for (String key : JOURNAL_KEYS) {
      if (other && shadow.at().has(key)) {
        shadow.at().at(key).error("only a shadow of type transactional has " + key);
      }
    }
    if (shadow.at().has("settle") && !other) {
      if (!resource.isPrefix()) {
        shadow.at().at("settle").error("only a shadow of an s3-prefix has settle");
      } else if (shadow.journal().settle().compareTo(SHORTEST_INTERVAL) < 0) {
        shadow.at().at("settle").error("expected at least 1s");
      }
    }
  }

  private static void continuous(CatalogueDraft draft, ResourceDraft resource, ShadowDraft shadow) {
    if (shadow.following().isPresent() && shadow.type().isPresent()) {
      Section at = shadow.at().at("every");
      if (!shadow.isFull()) {
        at.error("only a shadow of type full is kept up to date continuously");
      } else if (!resource.isPrefix() && !shadow.at().has("replica")) {
        at.error(
            "of a directory only a replica: DIR is kept up to date continuously; plain objects"
                + " follow it by interval");
      } else if (resource.isPrefix()) {
        shadow
            .cell()
            .filter(cell -> draft.hasCell(cell) && !draft.isBucket(cell))
            .ifPresent(cell ->
                at.error(
                    "an s3-prefix is kept up to date continuously as plain objects of its shadow's cell, and the store of cell '%s' is no bucket"
                        .formatted(cell)));
      }
    }
    for (String key : List.of("points", "verify")) {
      if (shadow.following().isEmpty() && shadow.at().has(key)) {
        shadow.at().at(key).error("only a shadow with every: continuous has " + key);
      }
    }
    shadow
        .following()
        .filter(following -> following.verifyEvery().compareTo(SHORTEST_VERIFY) < 0)
        .ifPresent(following -> shadow.at().at("verify").error("expected at least 1m"));
  }

  /// A replica can be read by whoever can read its directory.
  private static void plaintext(CatalogueDraft draft, ShadowDraft shadow) {
    boolean encrypted =
        draft.cells().stream()
            .anyMatch(cell -> cell.encryption().isPresent() && cell.name().equals(shadow.cell()));
    boolean full = shadow.isFull();
    if (encrypted && full && !shadow.at().has("serving")) {
      shadow
          .at()
          .at("type")
          .error(
              "cell '%s' is encrypted and what a full shadow serves is not: say serving: plaintext if that may be"
                  .formatted(shadow.cell().orElseThrow()));
    }
  }

  /// A full shadow without a directory is served by its cell's bucket.
  private static void unserved(CatalogueDraft draft, ShadowDraft shadow) {
    if (shadow.isFull()
        && !shadow.at().has("replica")
        && shadow.cell().filter(draft::hasCell).filter(cell -> !draft.isBucket(cell)).isPresent()) {
      shadow
          .at()
          .at("type")
          .warning(
              "nothing of it can be served: cell '%s' has no bucket, and there is no replica: DIR"
                  .formatted(shadow.cell().orElseThrow()));
    }
  }

  private static void oncePerCell(ResourceDraft resource) {
    Set<CellName> seen = new HashSet<>();
    for (ShadowDraft shadow : resource.shadows()) {
      Optional<CellName> cell = shadow.cell();
      if (cell.isPresent() && !seen.add(cell.get())) {
        shadow
            .at()
            .at("cell")
            .error("expected one shadow a cell, found a second in '%s'".formatted(cell.get()));
      }
    }
  }

  private static void switchable(ResourceDraft resource) {
    String mode = resource.rollback().name().toLowerCase(Locale.ROOT).replace('_', '-');
    Section at = resource.at().at("rollback");
    boolean unreadableType =
        resource.shadows().stream().anyMatch(shadow -> shadow.type().isEmpty());
    boolean replica =
        resource.shadows().stream()
            .anyMatch(shadow -> shadow.isFull() && shadow.at().has("replica"));
    if (!replica && !unreadableType) {
      at.error(
          mode
              + " of a directory needs a shadow of type full with replica: DIR, found none"
              + (resource.shadows().stream().anyMatch(ShadowDraft::isFull)
                  ? " (objects of a bucket serve its readers only)"
                  : ""));
    }
    boolean symlink =
        resource.actuators().stream()
            .anyMatch(actuator -> actuator.link().isPresent() || actuator.spec().isEmpty());
    if (!symlink) {
      at.error(
          mode
              + " of a directory needs a symlink actuator over primary and replica, such as"
              + " actuators: [{ symlink: /srv/current }], found none");
    }
  }

  private static void failureDomains(CatalogueDraft draft, ResourceDraft resource) {
    if (resource.cell().isEmpty() || !draft.hasCell(resource.cell().get())) {
      return;
    }
    CellName home = resource.cell().get();
    boolean allAtHome =
        !resource.shadows().isEmpty()
            && resource.shadows().stream()
                .allMatch(shadow -> shadow.cell().filter(home::equals).isPresent());
    if (allAtHome) {
      Section at = resource.shadows().getFirst().at().at("cell");
      String message =
          "the shadow lies in the resource's own cell '%s' and is lost with it".formatted(home);
      if (draft.cells().size() > 1) {
        at.error(message + ": name another cell");
      } else {
        at.warning(message);
      }
    }
    if (draft.control().filter(home::equals).isPresent()) {
      resource
          .at()
          .at("cell")
          .warning(
              "cell '%s' also holds the control store: when it is lost, so are the records that a rollback needs"
                  .formatted(home));
    }
  }
}
