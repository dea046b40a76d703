package dev.gnomon.store;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.Places;
import dev.gnomon.store.garbage.CondemnedLists;
import dev.gnomon.store.journal.JournalRoots;
import dev.gnomon.store.points.GraceRecords;
import dev.gnomon.store.points.JobRecords;
import dev.gnomon.store.points.MarkRecords;
import dev.gnomon.store.points.PointRecords;
import dev.gnomon.store.points.Records;
import dev.gnomon.store.points.StoreFormat;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.roots.PointRoots;
import dev.gnomon.store.roots.Roots;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/// What all work on one store shares. Thread-safe.
///
/// @param format how its objects are written and read; to be checked before each piece of work
/// @param records reads and writes JSON records in that form
/// @param roots what keeps blobs alive; a new kind of root is added where this is made
/// @param workers threads that hash and compress
public record StoreParts(
    ObjectStore objects,
    StoreSettings settings,
    StoreFormat format,
    Records records,
    BlobTable table,
    PointRecords points,
    MarkRecords marks,
    JobRecords jobs,
    CondemnedLists condemned,
    GraceRecords graces,
    Roots roots,
    Executor workers) {

  static StoreParts of(ObjectStore objects, StoreSettings settings, Executor workers) {
    StoreFormat format = new StoreFormat(objects, settings.key());
    Records records = new Records(objects, format);
    PointRecords points = new PointRecords(objects, records);
    return new StoreParts(
        objects,
        settings,
        format,
        records,
        new BlobTable(objects, format),
        points,
        new MarkRecords(objects, records, format),
        new JobRecords(objects, records, points, settings.grace().dividedBy(2)),
        new CondemnedLists(objects, records),
        new GraceRecords(objects, records),
        new Roots(objects, List.of(new PointRoots(points), new JournalRoots(objects, format))),
        workers);
  }

  /// The same parts with other roots.
  public StoreParts withRoots(Roots others) {
    return new StoreParts(
        objects, settings, format, records, table, points, marks, jobs, condemned, graces, others,
        workers);
  }

  /// How content is cut; part of the stored format.
  public Cutter cutter() {
    return format.get().cutter();
  }

  /// How content is named; names of one store mean nothing in another.
  public Hash id(byte[] content) {
    return format.get().ids().of(content);
  }

  /// A reader for one piece of work.
  public BlobReader reader() {
    return reader(table);
  }

  /// A reader that looks blobs up elsewhere.
  public BlobReader reader(Places own) {
    return new BlobReader(objects, own, format);
  }

  /// A table that holds nothing yet.
  public BlobTable newTable() {
    return new BlobTable(objects, format);
  }

  /// A writer's session that relies on no pack that is condemned now. Collections keep to the grace
  /// time of this process from before that look at the condemned lists on: what is condemned after
  /// it stays for that long.
  ///
  /// @param compression of file content
  public BlobSession session(Compression compression) {
    graces.note(settings.grace(), objects.time());
    Set<String> excluded = condemned.packs();
    table.refresh(excluded);
    return new BlobSession(
        objects, table, format.get(), compression, excluded, workers, settings.ids());
  }

  /// A writer's session that knows of nothing in the store, and so stores all that it is given.
  public BlobSession copies(Compression compression) {
    graces.note(settings.grace(), objects.time());
    return new BlobSession(
        objects, newTable(), format.get(), compression, Set.of(), workers, settings.ids());
  }

  /// Whether every pack that a session wrote or relies on is there and not condemned: only then may
  /// something that needs its blobs be written. The lists are read before the packs: a pack that a
  /// collection deletes in between was on a list then, one that it deleted before is not there.
  public boolean holds(BlobSession session) {
    Set<String> needed = new HashSet<>(session.reusedPacks());
    needed.addAll(session.ownPacks()); // a collection with a shorter grace time may have taken them
    if (needed.isEmpty()) {
      return true;
    }
    if (condemned.packs().stream().anyMatch(needed::contains)) {
      return false;
    }
    Names.eachPack(objects, pack -> needed.remove(Names.last(pack.name())));
    return needed.isEmpty();
  }

  /// Whether work that began then has gone on for too long to be relied on.
  public boolean isTooOld(Instant begun) {
    Duration age = Duration.between(begun, objects.time());
    return age.compareTo(settings.grace().dividedBy(2)) >= 0;
  }

  /// @throws IllegalArgumentException if there is no such point
  public StoredPoint required(PointId id) {
    return points
        .get(id)
        .orElseThrow(() -> new IllegalArgumentException("there is no point " + id));
  }
}
