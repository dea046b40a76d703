package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.journal.PrefixJournal;
import dev.gnomon.core.journal.Replay.Plan;
import dev.gnomon.core.journal.Replay.Step;
import dev.gnomon.core.journal.Replay.UndoPlan;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.store.StoreParts;
import java.time.Duration;
import java.util.function.Consumer;

/// The journal of one prefix in one store.
record StorePrefixJournal(
    StoreParts store,
    LogReader reader,
    Appender appender,
    Buckets buckets,
    S3Prefix place,
    Duration settle)
    implements PrefixJournal {

  @Override
  public void requireVersions() {
    reconciler().requireVersions();
  }

  @Override
  public Reconciled reconcile() {
    store.format().ensureWritable();
    return reconciler().run(settle);
  }

  @Override
  public Plan plan(long position, S3Prefix target, Consumer<Step> steps) {
    return replay(target).plan(position, steps);
  }

  @Override
  public Plan restore(long position, S3Prefix target) {
    return replay(target).restore(position);
  }

  @Override
  public UndoPlan planUndo(long position, Consumer<Step> steps) {
    upToDate();
    return undoing().plan(position, steps);
  }

  @Override
  public UndoPlan undo(long position) {
    upToDate();
    return undoing().run(position);
  }

  private void upToDate() {
    Reconciled reconciled = reconcile();
    if (reconciled.waiting() > 0) {
      throw new Busy(
          "%d versions in %s are too young to be relied on: hold its writers and ask again in %d s"
              .formatted(reconciled.waiting(), place, settle.toSeconds() + 1),
          settle.plusSeconds(1));
    }
  }

  private Reconciler reconciler() {
    return new Reconciler(store, reader, appender, buckets.open(place));
  }

  private PrefixReplay replay(S3Prefix target) {
    store.format().checkReadable();
    return new PrefixReplay(reader, new VersionWriter(store, buckets, place, target));
  }

  private PrefixUndo undoing() {
    store.format().checkReadable();
    return new PrefixUndo(reader, new VersionWriter(store, buckets, place, place));
  }
}
