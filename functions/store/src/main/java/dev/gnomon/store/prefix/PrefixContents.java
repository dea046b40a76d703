package dev.gnomon.store.prefix;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.shadow.PointContents.Verification;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.contents.PaxArchive;
import dev.gnomon.store.contents.PaxArchive.Type;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What is in the points of prefixes, without a bucket to restore them to.
public final class PrefixContents {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MILLIS = 1000;
  private static final int NANOS_IN_MILLI = 1_000_000;
  private static final int FILE_MODE = 0644;

  /// Keywords of the extended headers of archives.
  private static final String KEYWORD = "GNOMON.s3.";

  private final StoreParts store;
  private final Buckets buckets;

  public PrefixContents(StoreParts store, Buckets buckets) {
    this.store = store;
    this.buckets = buckets;
  }

  /// Reads every blob of a point, and asks for every version that it refers to, whatever it finds.
  ///
  /// @throws ObjectStoreException if a bucket with such versions can't be reached
  public Verification verify(StoredPoint point, Progress progress) {
    PrefixRoot root = root(point);
    BlobReader blobs = store.reader();
    Optional<Bucket> source = source(point);
    return DeepStack.call(
        "verify-" + point.point().id(),
        () ->
            new PrefixVerifyWork(
                    point.point().id(), point.source(), root, blobs::read, source, progress)
                .run());
  }

  /// Writes the objects of a point as a tar archive: a member an object, with its headers, metadata
  /// and tags as records of its extended header.
  ///
  /// @param path a key, or what its keys begin with before a slash; empty for all
  /// @param out is not closed
  /// @throws IllegalArgumentException if the point has no such key
  public void export(StoredPoint point, String path, OutputStream out, Progress progress) {
    String wanted = RawName.parse(path).replaceAll("^(\\./)+|/+$|^\\.$", "");
    PrefixRoot root = root(point);
    BlobReader blobs = store.reader();
    Optional<Bucket> source = source(point);
    DeepStack.call(
        "export-" + point.point().id(),
        () -> {
          PaxArchive archive = new PaxArchive(out);
          ManifestCursor objects = new ManifestCursor(root, blobs::read);
          boolean any = wanted.isEmpty();
          for (Optional<ObjectEntry> next = seek(point, objects, wanted);
              next.isPresent() && next.get().key().startsWith(wanted);
              next = following(point, objects)) {
            String key = next.get().key();
            if (wanted.isEmpty() || key.equals(wanted) || key.startsWith(wanted + "/")) {
              any = true;
              member(point, archive, next.get(), blobs, source, progress);
            }
          }
          if (!any) {
            throw new IllegalArgumentException(
                "point %s has no '%s'".formatted(point.point().id(), RawName.display(wanted)));
          }
          archive.end();
          return true;
        });
  }

  private static Optional<ObjectEntry> seek(
      StoredPoint point, ManifestCursor objects, String wanted) {
    try {
      return objects.seek(wanted);
    } catch (BlobFault e) {
      throw Sameness.damaged(point.point().id(), wanted, e);
    }
  }

  private static Optional<ObjectEntry> following(StoredPoint point, ManifestCursor objects) {
    String at = objects.next().key();
    try {
      return objects.peek();
    } catch (BlobFault e) {
      throw Sameness.damaged(point.point().id(), at, e);
    }
  }

  private static void member(
      StoredPoint point,
      PaxArchive archive,
      ObjectEntry entry,
      BlobReader blobs,
      Optional<Bucket> source,
      Progress progress)
      throws IOException {
    Map<String, String> records = new TreeMap<>();
    entry
        .attributes()
        .headers()
        .forEach((name, value) -> records.put(KEYWORD + "header." + name, value));
    entry
        .attributes()
        .metadata()
        .forEach((name, value) -> records.put(KEYWORD + "meta." + name, value));
    entry.attributes().tags().forEach((name, value) -> records.put(KEYWORD + "tag." + name, value));
    String name = name(entry.key());
    if (!name.equals(entry.key())) {
      records.put(KEYWORD + "key", Keys.text(entry.key()));
    }
    Meta meta =
        new Meta(
            FILE_MODE,
            0,
            0,
            Math.floorDiv(entry.modifiedMillis(), MILLIS),
            Math.floorMod(entry.modifiedMillis(), MILLIS) * NANOS_IN_MILLI,
            new TreeMap<>());
    archive.member(Type.FILE, "./" + name, meta, "", entry.size(), records);
    try (InputStream in = content(point, entry, blobs, source)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long left = entry.size();
      int length;
      while ((length = in.read(buffer)) >= 0) {
        left -= length;
        if (left < 0) {
          throw new BlobFault(
              "its content is longer than the %d bytes it has".formatted(entry.size()));
        }
        archive.content(buffer, length);
        progress.advanced(0, length);
      }
      if (left > 0) {
        throw new BlobFault("its content ends %d bytes early".formatted(left));
      }
    } catch (BlobFault e) {
      throw Sameness.damaged(point.point().id(), entry.key(), e);
    }
    archive.endOfContent();
    progress.advanced(1, 0);
  }

  /// Name of a member: the key, but what no path can say (nothing between slashes or at the end) is
  /// an underscore; then a record holds the key.
  private static String name(String rawKey) {
    return rawKey.replaceAll("(?<=^|/)(?=/|$)", "_");
  }

  private static InputStream content(
      StoredPoint point, ObjectEntry entry, BlobReader blobs, Optional<Bucket> source) {
    return switch (entry.kept()) {
      case Kept.Bytes bytes -> Contents.stream(bytes.content(), blobs::read);
      case Kept.Version version ->
          source
              .flatMap(bucket ->
                  bucket.reader().read(Keys.text(entry.key()), Optional.of(entry.version())))
              .map(Body::content)
              .orElseThrow(() -> Sameness.gone(point.point().id(), entry));
    };
  }

  /// The content of an object, if the manifest has it and its bytes are in the store.
  ///
  /// @param rawKey as walks of blobs name it
  /// @throws BlobFault if the manifest can't be read on the way there
  public static Optional<ContentRef> find(PrefixRoot root, Contents.Blobs blobs, String rawKey) {
    return new ManifestCursor(root, blobs)
        .seek(rawKey)
        .filter(entry -> entry.key().equals(rawKey))
        .flatMap(entry ->
            entry.kept() instanceof Kept.Bytes bytes
                ? Optional.of(bytes.content())
                : Optional.empty());
  }

  private static PrefixRoot root(StoredPoint point) {
    try {
      return PrefixRoot.decode(point.root());
    } catch (BlobFault e) {
      throw Sameness.damaged(point.point().id(), "", e);
    }
  }

  private Optional<Bucket> source(StoredPoint point) {
    try {
      return Place.of(point.source()) instanceof S3Prefix place
          ? Optional.of(buckets.open(place))
          : Optional.empty();
    } catch (Refusal | ObjectStoreException e) {
      return Optional.empty();
    }
  }
}
