package dev.gnomon.store.prefix;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.files.PartPlan;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.points.StoresBelow;
import dev.gnomon.store.prefix.Sameness.Difference;
import dev.gnomon.store.restore.DiffList;
import dev.gnomon.store.restore.Differences;
import dev.gnomon.store.restore.OrderedTasks;
import dev.gnomon.store.tree.Contents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes prefixes of buckets equal to points, and compares them.
public final class PrefixRestores {
  static final int THREADS = 16;
  private static final int MAX_EXAMPLES = 20;

  private final StoreParts store;
  private final Buckets buckets;

  public PrefixRestores(StoreParts store, Buckets buckets) {
    this.store = store;
    this.buckets = buckets;
  }

  /// A point and the place that is compared with it.
  private record Work(
      PointId id,
      PrefixRoot root,
      BlobReader blobs,
      Bucket target,
      Optional<Bucket> source,
      String from,
      String before) {

    ManifestCursor objects() {
      return new ManifestCursor(root, blobs::read);
    }

    Sameness sameness(boolean thorough) {
      return new Sameness(
          id,
          blobs,
          target.reader(),
          source.map(Bucket::reader),
          thorough,
          target.spec().allTags());
    }

    StoresBelow stores() {
      return new StoresBelow(
          target.place(), key -> target.reader().read(key, Optional.empty()).map(Body::content));
    }

    void walk(Merge.Visitor visitor) {
      Merge.walk(
          id,
          objects(),
          from,
          before,
          new Listing(target.reader(), false, from, before),
          extra -> target.reader().obstacle(extra.key()).isPresent(),
          visitor);
    }
  }

  private Work work(StoredPoint point, S3Prefix target, Part part) {
    Bucket open = buckets.open(target);
    Optional<Bucket> source =
        point.source().equals(target.toString()) ? Optional.of(open) : source(point);
    return new Work(
        point.point().id(),
        root(point),
        store.reader(),
        open,
        source,
        RawName.parse(part.from()),
        RawName.parse(part.before()));
  }

  /// The bucket that a point was taken of; without it a point that holds bytes still comes back.
  private Optional<Bucket> source(StoredPoint point) {
    try {
      return Place.of(point.source()) instanceof S3Prefix place
          ? Optional.of(buckets.open(place))
          : Optional.empty();
    } catch (Refusal | ObjectStoreException e) {
      return Optional.empty();
    }
  }

  private static PrefixRoot root(StoredPoint point) {
    try {
      return PrefixRoot.decode(point.root());
    } catch (BlobFault e) {
      throw Sameness.damaged(point.point().id(), "", e);
    }
  }

  public RestorePlan plan(
      StoredPoint point, S3Prefix target, RestoreRequest request, Progress progress) {
    Work work = work(point, target, Part.WHOLE);
    Sameness sameness = work.sameness(false);
    StoresBelow stores = work.stores();
    try (OrderedTasks tasks = new OrderedTasks(THREADS)) {
      Planning planning = new Planning(new PartPlan(request.partBytes()));
      work.walk(
          new Merge.Visitor() {
            @Override
            public void missing(ObjectEntry entry) {
              tasks.inOrder(() -> planning.write(entry, "write"));
            }

            @Override
            public void both(ObjectEntry entry, Listed listed) {
              tasks.submit(
                  () -> sameness.of(entry, listed),
                  difference -> {
                    planning.present++;
                    switch (difference) {
                      case NONE -> planning.parts.add(entry.key(), 0);
                      case TAGS, ATTRIBUTES -> planning.metadata(entry);
                      case CONTENT -> planning.write(entry, "overwrite");
                    }
                    progress.advanced(1, 0);
                  });
            }

            @Override
            public void extra(Listed listed) {
              stores.requireNone(listed.key());
              tasks.inOrder(() -> planning.delete(listed));
            }
          });
      tasks.drain();
      return planning.plan(work.root().objects());
    }
  }

  private static final class Planning {
    private final PartPlan parts;
    private final List<String> examples = new ArrayList<>();
    private long present;
    private long writes;
    private long bytes;
    private long deletes;
    private long metadata;

    Planning(PartPlan parts) {
      this.parts = parts;
    }

    void write(ObjectEntry entry, String word) {
      writes++;
      bytes += entry.size();
      parts.add(entry.key(), entry.size());
      example(word, entry.key());
    }

    void metadata(ObjectEntry entry) {
      metadata++;
      parts.add(entry.key(), 0);
      example("set metadata of", entry.key());
    }

    void delete(Listed listed) {
      present++;
      deletes++;
      parts.add(Keys.raw(listed.key()), 0);
      example("delete", Keys.raw(listed.key()));
    }

    private void example(String word, String rawKey) {
      if (examples.size() < MAX_EXAMPLES) {
        examples.add(word + " " + RawName.display(rawKey));
      }
    }

    RestorePlan plan(long objects) {
      return new RestorePlan(
          writes, bytes, deletes, metadata, present, objects, examples, parts.finish());
    }
  }

  public RestoreReport part(StoredPoint point, S3Prefix target, Part part, Progress progress) {
    Work work = work(point, target, part);
    long deleted = PrefixDeletion.extras(work.target().writer(), work.stores(), work::walk);
    BringBack bring =
        new BringBack(work.id(), work.blobs(), work.target(), work.source(), progress);
    Sameness sameness = work.sameness(false);
    RestoreReport[] report = {new RestoreReport(0, 0, deleted, 0, List.of())};
    try (OrderedTasks tasks = new OrderedTasks(THREADS)) {
      work.walk(
          new Merge.Visitor() {
            @Override
            public void missing(ObjectEntry entry) {
              tasks.submit(() -> bring.content(entry), done -> report[0] = report[0].plus(done));
            }

            @Override
            public void both(ObjectEntry entry, Listed listed) {
              tasks.submit(
                  () ->
                      switch (sameness.of(entry, listed)) {
                        case NONE -> RestoreReport.NOTHING;
                        case TAGS -> bring.tags(entry);
                        case ATTRIBUTES -> bring.attributes(entry);
                        case CONTENT -> bring.content(entry);
                      },
                  done -> report[0] = report[0].plus(done));
            }

            @Override
            public void extra(Listed listed) {
              // Written after the extras were deleted: the comparison that follows finds it.
            }
          });
      tasks.drain();
    }
    return report[0];
  }

  public Comparison compare(StoredPoint point, S3Prefix place, Progress progress) {
    Work work = work(point, place, Part.WHOLE);
    Sameness sameness = work.sameness(true);
    Differences differences = new Differences();
    try (OrderedTasks tasks = new OrderedTasks(THREADS)) {
      work.walk(
          new Merge.Visitor() {
            @Override
            public void missing(ObjectEntry entry) {
              tasks.inOrder(() -> differences.removed(entry.key()));
            }

            @Override
            public void both(ObjectEntry entry, Listed listed) {
              tasks.submit(
                  () -> sameness.of(entry, listed),
                  difference -> {
                    if (difference != Difference.NONE) {
                      differences.changed(entry.key());
                    }
                    progress.advanced(1, entry.size());
                  });
            }

            @Override
            public void extra(Listed listed) {
              tasks.inOrder(() -> differences.added(Keys.raw(listed.key())));
            }
          });
      tasks.drain();
    }
    return differences.comparison();
  }

  /// Reads every blob of a point, and asks for every version that it refers to.
  public void verify(StoredPoint point, Progress progress) {
    PointId id = point.point().id();
    PrefixRoot root = root(point);
    BlobReader blobs = store.reader();
    Optional<Bucket> source = source(point);
    Set<Hash> met = new HashSet<>();
    try (OrderedTasks tasks = new OrderedTasks(THREADS)) {
      ManifestCursor objects = new ManifestCursor(root, blobs::read);
      long count = 0;
      while (objects.peek().isPresent()) {
        ObjectEntry entry = objects.next();
        count++;
        switch (entry.kept()) {
          case Kept.Bytes bytes ->
              Contents.allMatch(
                  bytes.content(),
                  blobs::read,
                  hash -> {
                    if (met.add(hash)) {
                      tasks.submit(
                          () -> length(id, entry, hash, blobs), read -> progress.advanced(0, read));
                    }
                    return true;
                  });
          case Kept.Version version ->
              tasks.submit(
                  () -> isThere(id, entry, source, point.source()),
                  there -> progress.advanced(1, 0));
        }
      }
      tasks.drain();
      if (count != root.objects()) {
        throw Sameness.damaged(
            id, "", "its manifest holds %d objects of %d".formatted(count, root.objects()));
      }
    } catch (BlobFault e) {
      throw Sameness.damaged(id, "", e);
    }
  }

  private static int length(PointId id, ObjectEntry entry, Hash hash, BlobReader blobs) {
    try {
      return blobs.read(hash).length;
    } catch (BlobFault e) {
      throw Sameness.damaged(id, entry.key(), e);
    }
  }

  private static boolean isThere(
      PointId id, ObjectEntry entry, Optional<Bucket> source, String place) {
    BucketReader reader =
        source
            .map(Bucket::reader)
            .orElseThrow(() ->
                new ObjectStoreException(
                    ObjectStoreException.Kind.PERMANENT,
                    "point %s refers to versions in %s, which nobody said how to reach"
                        .formatted(id, place)));
    return reader
        .look(Keys.text(entry.key()), Optional.of(entry.version()))
        .filter(found -> found.size() == entry.size() && found.etag().equals(entry.etag()))
        .map(found -> true)
        .orElseThrow(() -> Sameness.gone(id, entry));
  }

  /// How the second point differs from the first; enters only nodes that differ.
  public PointDiff diff(StoredPoint first, StoredPoint second) {
    BlobReader blobs = store.reader();
    DiffList differences = new DiffList();
    try {
      new ManifestDiff(
              new ManifestCursor(root(first), blobs::read),
              new ManifestCursor(root(second), blobs::read),
              ManifestDiff.listing(differences))
          .run();
    } catch (BlobFault e) {
      throw Sameness.damaged(first.point().id(), "", e);
    }
    return differences.diff();
  }
}
