package dev.gnomon.store.prefix;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.capture.Capturing;
import dev.gnomon.store.capture.NotCapturedException;
import dev.gnomon.store.points.JobRecords.PartResult;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixPass.Made;
import dev.gnomon.store.tree.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a prefix until one state of it was seen whole.
///
/// A list is no snapshot: keys are seen one after another. But two equal lists, one after the
/// other, are: each key had the same object at a moment before the end of the first and at one
/// after the beginning of the second, so it had it at the moment between them, all keys at once.
/// That needs that an object does not come back after it was another: with versions it can't, for
/// every write and delete has an id of its own. Without them, what is written and deleted again
/// between the two looks, or rewritten with the same bytes within a second, is not seen
/// (docs/STORE-FORMAT.md).
final class PrefixReading implements Capturing {
  private static final int MAX_PASSES = 10;
  private static final int MAX_FUZZY_PASSES = 2;

  private final StoreParts store;
  private final CaptureRequest request;
  private final Progress progress;
  private final Bucket bucket;

  PrefixReading(StoreParts store, CaptureRequest request, Progress progress, Bucket bucket) {
    this.store = store;
    this.request = request;
    this.progress = progress;
    this.bucket = bucket;
  }

  @Override
  public Seen see(BlobSession session, List<PartResult> read) {
    Versioning versioning = bucket.reader().versioning();
    boolean refer = refers(versioning);
    boolean versions = versioning == Versioning.ENABLED;
    List<List<PrefixRoot>> bases = new ArrayList<>();
    bases.add(read.stream().map(part -> PrefixRoot.decode(part.results())).toList());
    last(store, request).ifPresent(root -> bases.add(List.of(root)));
    for (int pass = 1; ; pass++) {
      Made made =
          new PrefixPass(
                  store,
                  session,
                  bucket.reader(),
                  versions,
                  refer,
                  bucket.spec().allTags(),
                  pass == 1 ? progress : Progress.NONE)
              .over(
                  all(versions),
                  bases.stream().map(roots -> new KnownObjects(roots, session::read)).toList());
      boolean still = made.exact() && PrefixPass.print(all(versions)).equals(made.print());
      if (still || (request.onChange() == OnChange.FUZZY && pass >= MAX_FUZZY_PASSES)) {
        return seen(made, still);
      }
      if (request.onChange() == OnChange.FAIL) {
        throw new NotCapturedException(
            "objects of " + bucket.place() + " changed while it was read");
      }
      if (pass == MAX_PASSES) {
        throw new NotCapturedException(
            "%s never held still in %d passes".formatted(bucket.place(), MAX_PASSES));
      }
      bases.clear();
      bases.add(List.of(made.root()));
    }
  }

  /// Whether points of this bucket refer to its versions.
  boolean refers(Versioning versioning) {
    return switch (bucket.spec().versions()) {
      case COPY -> false;
      case AUTO -> versioning == Versioning.ENABLED;
      case USE -> {
        if (versioning != Versioning.ENABLED) {
          throw new NotCapturedException(
              "points of %s are to refer to versions, but the bucket keeps none: enable versioning, or set versions: copy"
                  .formatted(bucket.place()));
        }
        yield true;
      }
    };
  }

  private Listing all(boolean versions) {
    return new Listing(bucket.reader(), versions, "", "");
  }

  private Seen seen(Made made, boolean consistent) {
    PrefixRoot root = made.root();
    return new Seen(
        root.encode(),
        root.content().toContentHash(),
        new byte[0],
        new Entry.Totals(root.objects(), root.bytes(), 0, 0),
        consistent,
        made.notKept(),
        sourceText(bucket.place()),
        "");
  }

  /// The newest manifest of the same place, to recognise what did not change since.
  static Optional<PrefixRoot> last(StoreParts store, CaptureRequest request) {
    String source = request.source().toString();
    return store.points().of(request.resource()).stream()
        .filter(point -> point.ofPrefix() && point.source().equals(source))
        .findFirst()
        .map(StoredPoint::root)
        .map(PrefixRoot::decode);
  }

  private static String sourceText(S3Prefix place) {
    return place.toString();
  }
}
