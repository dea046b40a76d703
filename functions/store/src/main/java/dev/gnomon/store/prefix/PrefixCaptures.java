package dev.gnomon.store.prefix;

import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.capture.Commit;
import dev.gnomon.store.capture.NotCapturedException;
import dev.gnomon.store.files.PartPlan;
import dev.gnomon.store.points.JobRecords.PartResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Takes points of prefixes of buckets.
public final class PrefixCaptures {
  private final StoreParts store;
  private final Buckets buckets;

  public PrefixCaptures(StoreParts store, Buckets buckets) {
    this.store = store;
    this.buckets = buckets;
  }

  public List<Part> plan(CaptureRequest request, S3Prefix source) {
    Bucket bucket = buckets.open(source);
    Optional<KnownObjects> known =
        PrefixReading.last(store, request)
            .map(root -> new KnownObjects(List.of(root), store.reader()::read));
    PartPlan plan = new PartPlan(request.partBytes());
    Listing listing =
        new Listing(bucket.reader(), bucket.reader().versioning() == Versioning.ENABLED, "", "");
    while (listing.peek().isPresent()) {
      var listed = listing.next();
      String key = Keys.raw(listed.key());
      boolean unread =
          known
              .flatMap(objects -> objects.seek(key))
              .filter(entry -> entry.key().equals(key) && entry.isStill(listed))
              .isEmpty();
      if (!listed.deleted()) {
        plan.add(key, unread ? listed.size() : 0);
      }
    }
    return plan.finish();
  }

  public void part(CaptureRequest request, S3Prefix source, Part part, Progress progress) {
    if (store.jobs().part(request.job(), part.number()).isPresent()) {
      return;
    }
    Bucket bucket = buckets.open(source);
    Instant begun = store.objects().time();
    BlobSession session = store.session(request.compression());
    PrefixReading reading = new PrefixReading(store, request, progress, bucket);
    Versioning versioning = bucket.reader().versioning();
    boolean versions = versioning == Versioning.ENABLED;
    boolean refer;
    try {
      refer = reading.refers(versioning);
    } catch (NotCapturedException e) {
      return; // the commit says so
    }
    PrefixPass.Made made =
        new PrefixPass(
                store, session, bucket.reader(), versions, refer, bucket.spec().allTags(), progress)
            .over(
                new Listing(
                    bucket.reader(),
                    versions,
                    RawName.parse(part.from()),
                    RawName.parse(part.before())),
                PrefixReading.last(store, request)
                    .map(root -> List.of(new KnownObjects(List.of(root), session::read)))
                    .orElse(List.of()));
    session.publish();
    store
        .jobs()
        .putPart(
            request.job(),
            part.number(),
            new PartResult(begun, made.root().encode(), session.storedBytes()));
  }

  public CaptureOutcome commit(
      CaptureRequest request, S3Prefix source, List<Part> parts, Progress progress) {
    Bucket bucket = buckets.open(source);
    return new Commit(store, request, parts, new PrefixReading(store, request, progress, bucket))
        .run();
  }
}
