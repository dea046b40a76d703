package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.journal.Histories.History;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Writes values of a journal to a prefix: by copies inside the server where it still has their
/// versions, else from bytes. Thread-safe.
final class VersionWriter {
  private static final int MAX_NAMED = 5;

  private final StoreParts store;
  private final S3Prefix place;
  private final Bucket target;
  private final Optional<Bucket> source;

  /// @param place that the journal is of
  VersionWriter(StoreParts store, Buckets buckets, S3Prefix place, S3Prefix target) {
    this.store = store;
    this.place = place;
    this.target = buckets.open(target);
    this.source = target.equals(place) ? Optional.of(this.target) : reachable(buckets, place);
  }

  /// How the value of a key can be had.
  enum Way {
    COPY,
    FETCH,
    BYTES
  }

  /// One change.
  record Change(Write.Put value, Way way) {}

  /// The journal's own bucket may be lost: then only what the store holds comes back.
  private static Optional<Bucket> reachable(Buckets buckets, S3Prefix place) {
    try {
      Bucket bucket = buckets.open(place);
      bucket.reader().versioning();
      return Optional.of(bucket);
    } catch (Refusal e) {
      return Optional.empty();
    } catch (ObjectStoreException e) {
      if (e.kind() == ObjectStoreException.Kind.PERMANENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  Bucket target() {
    return target;
  }

  StoreParts store() {
    return store;
  }

  boolean isInPlace() {
    return target.place().equals(place);
  }

  /// What the journal's bucket still has; empty if the bucket can't be reached any more.
  Histories histories() {
    return new Histories(source.map(Bucket::reader).orElse(NOTHING));
  }

  /// @param history of the key, if it has one
  /// @return empty if the content is nowhere any more
  Optional<Way> way(Write.Put value, Optional<History> history) {
    boolean there =
        history
            .flatMap(one -> one.find(value.version().orElse(KeyVersion.UNVERSIONED)))
            .filter(one -> one.size() == value.content().size())
            .isPresent();
    if (there
        && place.endpoint().equals(target.place().endpoint())
        && value.content().size() <= target.largestCopyBytes()) {
      return Optional.of(Way.COPY);
    }
    return switch (value.content()) {
      case Content.Inline inline -> Optional.of(Way.BYTES);
      case Content.Stored stored -> Optional.of(Way.BYTES);
      case Content.InSource left -> there ? Optional.of(Way.FETCH) : Optional.empty();
    };
  }

  /// @param gone values whose content is nowhere; empty: fine
  void refuse(long position, List<Write.Put> gone) {
    if (gone.isEmpty()) {
      return;
    }
    List<String> named = new ArrayList<>();
    gone.stream()
        .limit(MAX_NAMED)
        .forEach(value ->
            named.add(
                "%s (version %s)"
                    .formatted(Keys.display(value.key()), value.version().orElse("?"))));
    throw new Refusal(
        "position %d can't be restored, and nothing was changed: %d versions that it needs are not in %s any more (removed by hand or by lifecycle rules), and nobody kept their bytes: %s%s"
            .formatted(
                position,
                gone.size(),
                place,
                String.join(", ", named),
                gone.size() > MAX_NAMED ? ", ..." : ""));
  }

  void write(List<Change> changes) {
    Parallel.each(changes, this::write);
  }

  void delete(List<String> rawKeys) {
    if (!rawKeys.isEmpty()) {
      target.writer().delete(rawKeys.stream().map(Histories::text).toList());
    }
  }

  private void write(Change change) {
    Write.Put value = change.value();
    String key = Histories.text(value.key().raw());
    String version = value.version().orElse(KeyVersion.UNVERSIONED);
    switch (change.way()) {
      case COPY -> {
        if (target.writer().copy(key, place, key, version).isEmpty()) {
          throw gone(key, version);
        }
      }
      case FETCH -> {
        BucketReader from = source.orElseThrow(() -> gone(key, version)).reader();
        Attributes attributes =
            from.look(key, Optional.of(version)).orElseThrow(() -> gone(key, version)).attributes();
        put(
            value,
            attributes,
            () ->
                from.read(key, Optional.of(version))
                    .map(Body::content)
                    .orElseThrow(() -> gone(key, version)));
      }
      case BYTES ->
          put(
              value,
              ObjectFacts.of(value.metadata()).attributes().orElse(Attributes.NONE),
              () -> new Values(store.reader()).stream(value.content()));
    }
  }

  private void put(Write.Put value, Attributes attributes, Supplier<InputStream> content) {
    target
        .writer()
        .put(Histories.text(value.key().raw()), attributes, value.content().size(), content);
  }

  /// It was there when the plan was made; the same request again finds what can be done without it.
  private static ObjectStoreException gone(String key, String version) {
    return new ObjectStoreException(
        ObjectStoreException.Kind.TRANSIENT,
        "version %s of '%s' was removed meanwhile".formatted(version, key));
  }

  private static final BucketReader NOTHING = new NoVersions();
}
