package dev.gnomon.store.prefix;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Pattern;

/// How an object of a bucket differs from what a point has under its key.
///
/// Equal sizes and ETags are equal content where the ETag is a hash of it: for entries with bytes
/// that was seen when they were read, for versions S3 says so. Unequal ETags of equal sizes may
/// still be equal content, if one of them is not an MD5 (parts, encryption): then it is read.
final class Sameness {
  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");
  private static final int BUFFER_BYTES = 1 << 17;

  private final PointId point;
  private final BlobReader blobs;
  private final BucketReader present;
  private final Optional<BucketReader> source;
  private final boolean thorough;
  private final boolean allTags;

  /// @param present reads what is compared with the point
  /// @param source reads the versions that the point refers to; empty if nobody said how
  /// @param thorough read content rather than call it different by its ETag
  /// @param allTags whether to ask for the tags of objects that were not written since
  Sameness(
      PointId point,
      BlobReader blobs,
      BucketReader present,
      Optional<BucketReader> source,
      boolean thorough,
      boolean allTags) {
    this.point = point;
    this.blobs = blobs;
    this.present = present;
    this.source = source;
    this.thorough = thorough;
    this.allTags = allTags;
  }

  /// What has to come back.
  enum Difference {
    NONE,
    TAGS,
    ATTRIBUTES,
    CONTENT
  }

  Difference of(ObjectEntry entry, Listed listed) {
    boolean still = entry.isStill(listed);
    if (still && !allTags) {
      return Difference.NONE;
    }
    if (!still && !sameContent(entry, listed)) {
      return Difference.CONTENT;
    }
    Optional<Found> found = present.look(listed.key(), Optional.empty());
    if (found.isEmpty()) {
      return Difference.CONTENT;
    }
    var now = found.get().attributes();
    var then = entry.attributes();
    if (!now.headers().equals(then.headers()) || !now.metadata().equals(then.metadata())) {
      return Difference.ATTRIBUTES;
    }
    return now.tags().equals(then.tags()) ? Difference.NONE : Difference.TAGS;
  }

  private boolean sameContent(ObjectEntry entry, Listed listed) {
    if (entry.size() != listed.size()) {
      return false;
    }
    if (entry.size() == 0) {
      return true;
    }
    boolean telling = !(entry.kept() instanceof Kept.Bytes bytes) || bytes.md5();
    if (telling && entry.etag().equals(listed.etag())) {
      return true;
    }
    if (!telling && isMd5Of(listed.etag(), entry)) {
      return true;
    }
    boolean plain = MD5.matcher(entry.etag()).matches() && MD5.matcher(listed.etag()).matches();
    return (thorough || !plain || !telling) && equalBytes(entry, listed);
  }

  /// Whether an ETag is the MD5 of bytes of the store: then nothing has to be read of the bucket.
  private boolean isMd5Of(String etag, ObjectEntry entry) {
    if (!MD5.matcher(etag).matches() || !(entry.kept() instanceof Kept.Bytes bytes)) {
      return false;
    }
    MessageDigest md5;
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
    try {
      Iterator<Hash> chunks = Contents.chunks(bytes.content(), blobs::read);
      while (chunks.hasNext()) {
        md5.update(blobs.read(chunks.next()));
      }
    } catch (BlobFault e) {
      throw damaged(point, entry.key(), e);
    }
    return HexFormat.of().formatHex(md5.digest()).equals(etag);
  }

  private boolean equalBytes(ObjectEntry entry, Listed listed) {
    Optional<Body> body = present.read(listed.key(), Optional.empty());
    if (body.isEmpty()) {
      return false;
    }
    try (Body open = body.get()) {
      return switch (entry.kept()) {
        case Kept.Bytes bytes -> isContent(open.content(), bytes.content());
        case Kept.Version version -> isVersion(open.content(), entry);
      };
    } catch (IOException e) {
      throw new UncheckedIOException("reading '" + listed.key() + "' failed: " + e, e);
    } catch (BlobFault e) {
      throw damaged(point, entry.key(), e);
    }
  }

  private boolean isContent(InputStream in, ContentRef content) throws IOException {
    Iterator<Hash> chunks = Contents.chunks(content, blobs::read);
    while (chunks.hasNext()) {
      Hash expected = chunks.next();
      byte[] chunk = in.readNBytes(blobs.rawBytes(expected));
      if (!java.util.Arrays.equals(chunk, blobs.read(expected))) {
        return false;
      }
    }
    return in.read() < 0;
  }

  private boolean isVersion(InputStream in, ObjectEntry entry) throws IOException {
    Body body =
        source
            .flatMap(reader -> reader.read(Keys.text(entry.key()), Optional.of(entry.version())))
            .orElseThrow(() -> gone(point, entry));
    try (body) {
      while (true) {
        byte[] a = in.readNBytes(BUFFER_BYTES);
        if (!java.util.Arrays.equals(a, body.content().readNBytes(BUFFER_BYTES))) {
          return false;
        }
        if (a.length < BUFFER_BYTES) {
          return true;
        }
      }
    }
  }

  static DamagedPointException gone(PointId point, ObjectEntry entry) {
    return damaged(
        point,
        entry.key(),
        "version %s of it is not in the bucket any more".formatted(entry.version()));
  }

  static DamagedPointException damaged(PointId point, String rawKey, BlobFault fault) {
    return damaged(point, rawKey, String.valueOf(fault.getMessage()));
  }

  static DamagedPointException damaged(PointId point, String rawKey, String why) {
    return new DamagedPointException(
        point, "point %s is damaged at '%s': %s".formatted(point, RawName.display(rawKey), why));
  }
}
