package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.PrefixJournal;
import dev.gnomon.core.journal.PrefixJournal.Reconciled;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.places.S3Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Works on the journal of a prefix of a bucket. Before it relies on the newest moments it brings
/// the journal up to the versions of the bucket.
final class JournalOfPrefix {
  /// How often the settle time may pass before writers that never rest are believed to be there.
  private static final int PATIENCE = 3;

  private final Gnomon top;
  private final JournalPlace place;
  private final S3Prefix prefix;
  private final StoreUrl.Opened opened;
  private final PrefixJournal journal;

  JournalOfPrefix(Gnomon top, JournalPlace place, S3Prefix prefix, StoreUrl.Opened opened) {
    this.top = top;
    this.place = place;
    this.prefix = prefix;
    this.opened = opened;
    this.journal = opened.stores().journals().prefix(place.name(), prefix, place.rules().settle());
  }

  /// Until nothing that was written before is too young to be journaled.
  private void bringUpToDate() {
    Duration settle = place.rules().settle();
    Optional<Reconciled> settled =
        Waiting.until(
            settle.multipliedBy(PATIENCE).plusSeconds(2),
            () -> Optional.of(journal.reconcile()).filter(found -> found.waiting() == 0));
    if (settled.isEmpty()) {
      throw Failure.failed(
          "objects in %s are written all the time, so its newest moments can't be relied on: hold its writers"
              .formatted(prefix));
    }
    if (!settled.get().begun()) {
      throw Failure.failed(
          "the journal of %s has not begun: take a point first (gnomon shadow %s --wait)"
              .formatted(place.name(), place.name()));
    }
  }

  void restore(Moment moment, S3Prefix to, boolean dryRun, boolean allowDeletes) {
    long start = System.nanoTime();
    opened.requireApart(to);
    if (to.equals(prefix)) {
      place.requireNoRollback(top);
    }
    upToDate(moment);
    long wanted = log().position(moment);
    Replay.Plan plan =
        journal.plan(
            wanted,
            to,
            step -> {
              if (dryRun) {
                JournalView.step(top.console, step);
              }
            });
    if (!dryRun) {
      if (!allowDeletes && plan.deletePercent() > Limits.DEFAULT.maxDeletePercent()) {
        throw Failure.failed(
            "it would delete %d of the %d objects in '%s', more than %d %%: look with --dry-run, then --allow-deletes"
                .formatted(plan.deletes(), plan.present(), to, Limits.DEFAULT.maxDeletePercent()));
      }
      journal.restore(wanted, to);
    }
    JournalView.restored(top.console, place.name(), to.toString(), plan, dryRun, start);
  }

  /// A journal whose bucket is lost still restores what it knows.
  private void upToDate(Moment moment) {
    Reconciled found;
    try {
      found = journal.reconcile();
    } catch (Refusal | dev.gnomon.core.objects.ObjectStoreException e) {
      top.console.hint("only what was journaled is known: " + e.getMessage());
      return;
    }
    Optional<Instant> upTo = found.upTo();
    if (moment instanceof Moment.Time(Instant time)
        && upTo.isPresent()
        && time.isAfter(upTo.get())) {
      throw Failure.failed(
          "the journal of %s is complete up to %s only (by the clock of the bucket); ask again when %s is %s old"
              .formatted(place.name(), upTo.get(), time, place.rules().settle()));
    }
  }

  /// @param to tells the position, once the journal is up to date
  void undo(java.util.function.ToLongFunction<Replay> to, boolean dryRun) {
    long start = System.nanoTime();
    opened.requireApart(prefix);
    place.requireNoRollback(top);
    bringUpToDate();
    long position = to.applyAsLong(opened.stores().journals().replay(place.name()));
    Replay.UndoPlan plan =
        dryRun
            ? journal.planUndo(position, step -> JournalView.step(top.console, step))
            : journal.undo(position);
    JournalView.undone(top.console, place.name(), plan, dryRun, start);
  }

  private Journal log() {
    return opened.stores().journals().of(place.name());
  }

  /// What the running stack says of how far it follows the versions.
  static Optional<JsonNode> following(Gnomon top, JournalPlace place) {
    if (place.prefix().isEmpty() || StackAddresses.find(top.options.data()).isEmpty()) {
      return Optional.empty();
    }
    for (JsonNode resource : StackApi.of(top.options.data()).status().path("resources")) {
      if (resource.path("name").asText().equals(place.name().value())) {
        for (JsonNode shadow : resource.path("shadows")) {
          if (place.cell().filter(cell -> cell.equals(shadow.path("cell").asText())).isPresent()
              && shadow.hasNonNull("versions")) {
            return Optional.of(shadow.path("versions"));
          }
        }
      }
    }
    return Optional.empty();
  }
}
