package dev.gnomon.store;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// A bucket in memory and a store for its points.
final class PrefixFixture {
  static final S3Prefix PLACE = S3Prefix.of("s3+http://host:9000/bucket/data");

  final TickingClock clock;
  final InMemoryObjectStore objects;
  final InMemoryBucket bucket;
  PrefixSpec spec = PrefixSpec.DEFAULT;
  StoreSettings settings = StoreSettings.DEFAULT;

  PrefixFixture() {
    clock = new TickingClock();
    objects = new InMemoryObjectStore(clock);
    bucket = new InMemoryBucket(clock::instant);
  }

  private PrefixFixture(
      TickingClock clock, InMemoryObjectStore objects, InMemoryBucket bucket, PrefixSpec spec) {
    this.clock = clock;
    this.objects = objects;
    this.bucket = bucket;
    this.spec = spec;
  }

  /// The same bucket with another store.
  PrefixFixture with(InMemoryObjectStore other) {
    return new PrefixFixture(clock, other, bucket, spec);
  }

  /// The same store with an empty bucket.
  PrefixFixture withNewBucket() {
    return new PrefixFixture(clock, objects, new InMemoryBucket(clock::instant), spec);
  }

  /// As a process that was started now.
  StoreFixture store() {
    return new StoreFixture(
        ShadowStores.open(objects, settings, place -> bucket.open(place, spec)));
  }

  PrefixFixture versions(PrefixSpec.Versions versions) {
    spec =
        new PrefixSpec(spec.region(), spec.credentials(), versions, spec.allTags(), spec.writer());
    return this;
  }

  PrefixFixture allTags() {
    spec = new PrefixSpec(spec.region(), spec.credentials(), spec.versions(), true, spec.writer());
    return this;
  }

  /// Time goes on, so that what was written before has settled.
  void settle() {
    clock.advance(Duration.ofSeconds(5));
  }

  static Attributes attributes(
      String type, Map<String, String> metadata, Map<String, String> tags) {
    return new Attributes(
        new TreeMap<>(Map.of("content-type", type)), new TreeMap<>(metadata), new TreeMap<>(tags));
  }

  static CaptureRequest request(String job, PointKind kind, OnChange onChange, long partBytes) {
    return new CaptureRequest(
        job, StoreFixture.SITE, PLACE, kind, Optional.empty(), List.of(), onChange, partBytes);
  }

  Point capture() {
    return StoreFixture.taken(outcome(OnChange.RETRY));
  }

  CaptureOutcome outcome(OnChange onChange) {
    return store()
        .outcome(
            request(
                UUID.randomUUID().toString(),
                PointKind.COMMAND,
                onChange,
                CaptureRequest.DEFAULT_PART_BYTES));
  }

  RestoreReport restore(PointId point) {
    return store().restore(new RestoreRequest(point, PLACE, CaptureRequest.DEFAULT_PART_BYTES));
  }

  RestorePlan plan(PointId point) {
    return store()
        .store()
        .restorer()
        .plan(new RestoreRequest(point, PLACE, CaptureRequest.DEFAULT_PART_BYTES), Progress.NONE);
  }

  Comparison compare(PointId point) {
    return store().store().shadows().compare(point, PLACE, Progress.NONE);
  }

  void verify(PointId point) {
    store().store().restorer().verify(point, Progress.NONE);
  }
}
