package dev.gnomon.store;

import dev.gnomon.core.journal.Journals;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.shadow.Expiry;
import dev.gnomon.core.shadow.PointContents;
import dev.gnomon.core.shadow.PointMarks;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.core.shadow.Serving;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.store.capture.DirectoryCaptures;
import dev.gnomon.store.contents.StoredContents;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.store.journal.StoreJournals;
import dev.gnomon.store.prefix.PrefixCaptures;
import dev.gnomon.store.prefix.PrefixContents;
import dev.gnomon.store.prefix.PrefixRestores;
import dev.gnomon.store.prefix.StoreServing;
import dev.gnomon.store.restore.DirectoryRestorer;
import java.nio.file.Path;

/// A shadow store on an object store: the one way in. Opening reads and writes nothing yet; the
/// format version is written by the first capture and checked before every piece of work.
///
/// @param shadows takes, lists and compares points
/// @param restorer brings them back
/// @param expiry deletes them, and the garbage after them
/// @param marks what people say about them
/// @param journals of single writes
/// @param upkeep collects by plan, checks and repairs
/// @param contents checks and exports them
/// @param serving keeps plain objects equal to them
public record ShadowStores(
    ShadowStore shadows,
    Restorer restorer,
    Expiry expiry,
    PointMarks marks,
    Journals journals,
    StoreUpkeep upkeep,
    PointContents contents,
    Serving serving) {

  public static ShadowStores open(ObjectStore objects) {
    return open(objects, StoreSettings.DEFAULT);
  }

  public static ShadowStores open(ObjectStore objects, StoreSettings settings) {
    return open(objects, settings, Buckets.NONE);
  }

  /// @param buckets opens what is captured of buckets and restored to them
  public static ShadowStores open(ObjectStore objects, StoreSettings settings, Buckets buckets) {
    StoreParts parts = StoreParts.of(objects, settings, new Workers(settings.workers()));
    PrefixRestores prefixes = new PrefixRestores(parts, buckets);
    return new ShadowStores(
        new CapturesByPlace(
            parts, new DirectoryCaptures(parts), new PrefixCaptures(parts, buckets), prefixes),
        new RestoresByPlace(parts, new DirectoryRestorer(parts), prefixes),
        new Collector(parts),
        parts.marks(),
        new StoreJournals(parts, buckets),
        new StoreUpkeep(parts, Path.of(System.getProperty("java.io.tmpdir", "/tmp"))),
        new ContentsByPlace(parts, new StoredContents(parts), new PrefixContents(parts, buckets)),
        new StoreServing(parts, buckets));
  }
}
