package dev.gnomon.store.prefix;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.shadow.Serving;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.points.StoredPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Serves points of one store as plain objects.
public final class StoreServing implements Serving {
  private static final int BATCH = 1000;

  private final StoreParts store;
  private final Buckets buckets;

  public StoreServing(StoreParts store, Buckets buckets) {
    this.store = store;
    this.buckets = buckets;
  }

  @Override
  public Optional<Served> bring(
      PointId id, S3Prefix place, Optional<Served> left, Control control) {
    store.format().checkReadable();
    StoredPoint point = store.required(id);
    Bucket target = buckets.open(place);
    BlobReader blobs = store.reader();
    int prefixBytes = Keys.raw(place.prefix()).length();
    // Points of another kind, or expired ones, say nothing of what the place holds.
    Optional<StoredPoint> before =
        left.flatMap(one -> store.points().get(one.point()))
            .filter(one -> one.ofPrefix() == point.ofPrefix());
    boolean hardLinks = left.filter(one -> one.hardLinks() > 0).isPresent();
    ServingWork work = new ServingWork(id, blobs, target, source(point), control);
    return DeepStack.call(
        "serve-" + id,
        () -> {
          if (before.isPresent()) {
            Optional<Wanted> changes =
                known(() -> wanted(point, before, hardLinks, blobs, target, prefixBytes));
            if (changes.isPresent()) {
              Optional<Served> done = work.changes(changes.get(), left.orElseThrow());
              if (done.isPresent() || control.stopped()) {
                return done;
              }
            }
          }
          return work.everything(
              wanted(point, Optional.empty(), false, blobs, target, prefixBytes));
        });
  }

  private interface Reading<T> {
    T read();
  }

  private static <T> Optional<T> known(Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (BlobFault e) {
      return Optional.empty();
    }
  }

  private static Wanted wanted(
      StoredPoint now,
      Optional<StoredPoint> before,
      boolean hardLinks,
      BlobReader blobs,
      Bucket target,
      int prefixBytes) {
    return now.ofPrefix()
        ? new ServedManifest(
            PrefixRoot.decode(now.root()),
            before.map(StoredPoint::root).map(PrefixRoot::decode),
            blobs::read,
            prefixBytes,
            target.reader()::obstacle)
        : new ServedTree(
            now.rootEntry(),
            before.map(StoredPoint::rootEntry),
            hardLinks,
            blobs::read,
            prefixBytes,
            target.reader()::obstacle);
  }

  /// The bucket that a point was taken of: versions can be copied from there, if it can be reached.
  private Optional<Bucket> source(StoredPoint point) {
    if (!point.ofPrefix()) {
      return Optional.empty();
    }
    try {
      return Place.of(point.source()) instanceof S3Prefix place
          ? Optional.of(buckets.open(place))
          : Optional.empty();
    } catch (Refusal | ObjectStoreException e) {
      return Optional.empty();
    }
  }

  @Override
  public TreeMirror mirror(S3Prefix from, S3Prefix place) {
    return new PrefixMirror(buckets.open(from), buckets.open(place));
  }

  @Override
  public boolean isStill(S3Prefix place, Served left) {
    Listing listing = all(place);
    ListPrint.Maker print = new ListPrint.Maker();
    while (listing.peek().isPresent()) {
      print.add(listing.next());
    }
    return print.made().sha256().equals(left.print());
  }

  @Override
  public boolean isEmpty(S3Prefix place) {
    return all(place).peek().isEmpty();
  }

  @Override
  public void remove(S3Prefix place) {
    Bucket bucket = buckets.open(place);
    Listing listing = all(place);
    List<String> batch = new ArrayList<>();
    while (listing.peek().isPresent()) {
      batch.add(listing.next().key());
      if (batch.size() == BATCH || listing.peek().isEmpty()) {
        bucket.writer().delete(List.copyOf(batch));
        batch.clear();
      }
    }
  }

  private Listing all(S3Prefix place) {
    return new Listing(buckets.open(place).reader(), false, "", "");
  }
}
