package dev.gnomon.protect;

import dev.gnomon.core.actuators.FenceByPlace;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.verification.buckets.InMemoryBucket;
import dev.gnomon.verification.catalogue.PlainResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A world with the prefix `data` of a bucket with versioning, and a journal of its versions.
final class PrefixMoments {
  static final ResourceName DATA = new ResourceName("data");

  private static final S3Prefix PLACE = S3Prefix.of("s3+http://host:9000/bucket/data");

  final SettableClock clock = new SettableClock();
  final InMemoryBucket bucket = new InMemoryBucket(clock::instant);
  final World world;
  private final PrefixSpec spec;

  /// With a few objects, and no point of them yet.
  PrefixMoments(Path root, Versions versions) {
    spec = new PrefixSpec(Optional.empty(), Optional.empty(), versions, false, Optional.empty());
    bucket.versioning(Versioning.ENABLED);
    world = new World(root, Worlds.cells(clock));
    world.buckets = place -> bucket.open(place, spec);
    world.fences =
        directories ->
            new FenceByPlace(
                directories,
                new OpenFence(
                    new FileAppliedEpochs(root.resolve("prefix-state")), Fenced.ENFORCED));
    world.add(
        PlainResource.prefix("data", PLACE, spec)
            .shadows(
                new ShadowSpec(
                    World.WEST, ShadowType.TRANSACTIONAL, Optional.empty(), Optional.empty()))
            .resource());
    world.restart();
    for (int i = 0; i < 20; i++) {
      put("object-%02d".formatted(i), "good " + i);
    }
    put("", "the object whose key is the prefix itself");
  }

  void put(String key, String content) {
    bucket.put(
        "data/" + key,
        content,
        new Attributes(
            new TreeMap<>(Map.of("content-type", "text/" + key.length())),
            new TreeMap<>(Map.of("by", "somebody")),
            new TreeMap<>(Map.of("stage", "live"))));
  }

  void delete(String key) {
    bucket.delete("data/" + key);
  }

  SortedMap<String, String> contents() {
    return bucket.contents();
  }

  Bucket open() {
    return bucket.open(PLACE, spec);
  }

  /// Brings the journal up to date.
  void reconcile() {
    world.stores.journals(World.WEST).prefix(DATA, PLACE, Duration.ofSeconds(10)).reconcile();
  }

  static RollbackRequest to(Object moment) {
    return World.to("data", Optional.of(moment.toString()), Optional.empty());
  }
}
