package dev.gnomon.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.ListObjectVersionsArgs;
import io.minio.ListObjectsV2Args;
import io.minio.ListObjectsV2Response;
import io.minio.messages.Item;
import io.minio.messages.ListBucketResultV2;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// Pages of the objects below any prefix, with what S3's lists tell of them. The order of keys is
/// that of their bytes; a server that lists otherwise is refused, because lists are merged.
final class S3PrefixListing {
  private static final int PAGE = 1000;

  /// Between the two markers of a page of versions; no key holds it, for XML can't.
  private static final String MARKERS = "\uFFFF";

  private final String bucket;
  private final String prefix;
  private final S3Faults faults;
  private final S3Connection connection;
  private final Retries retries;

  S3PrefixListing(
      String bucket, String prefix, S3Faults faults, S3Connection connection, Retries retries) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.faults = faults;
    this.connection = connection;
    this.retries = retries;
  }

  Listed.Page page(String from, Optional<String> next, boolean versions) {
    Optional<String> after = next.isPresent() ? next : before(from);
    Listed.Page page = versions ? versions(after) : current(after);
    byte[] last = new byte[0];
    boolean first = true;
    for (Listed listed : page.keys()) {
      byte[] key = listed.key().getBytes(UTF_8);
      if (!first && Arrays.compareUnsigned(last, key) >= 0) {
        throw outOfOrder(prefix + listed.key());
      }
      last = key;
      first = false;
    }
    return page;
  }

  private ObjectStoreException outOfOrder(String key) {
    return faults.fault(
        Kind.PERMANENT,
        what(),
        "it gives '%s' out of order".formatted(key),
        "the server's lists are not in the order of S3");
  }

  /// A key that comes before all that begin at one: without its last character.
  private Optional<String> before(String from) {
    return from.isEmpty()
        ? Optional.empty()
        : Optional.of(prefix + from.substring(0, from.offsetByCodePoints(from.length(), -1)))
            .filter(key -> !key.equals(prefix));
  }

  /// By start-after, so that a page needs no state of the server.
  private Listed.Page current(Optional<String> after) {
    ListObjectsV2Args.Builder args =
        ListObjectsV2Args.builder().bucket(bucket).prefix(prefix).encodingType("url").maxKeys(PAGE);
    after.ifPresent(args::startAfter);
    ListObjectsV2Args built = args.build();
    ListObjectsV2Response answer =
        retries.callRepeatable(
            () -> connection.call(what(), Effect.READS, client -> client.listObjectsV2(built)));
    ListBucketResultV2 result = answer.result();
    List<Listed> listed = new ArrayList<>();
    String behind = after.orElse("");
    for (Item item : result.contents()) {
      item.setEncodingType(result.encodingType());
      behind = item.objectName();
      listed.add(listed(item));
    }
    if (result.isTruncated() && listed.isEmpty()) {
      throw faults.fault(Kind.TRANSIENT, what(), "the server gives nothing and says: go on", "");
    }
    return new Listed.Page(
        listed,
        result.isTruncated() ? Optional.of(behind) : Optional.empty(),
        time(answer.headers().get("Date")));
  }

  /// The newest of each key.
  private Listed.Page versions(Optional<String> after) {
    Raw raw = raw(after);
    List<Listed> listed = new ArrayList<>();
    for (VersionsDocument.Entry entry : raw.document().entries()) {
      if (entry.latest()) {
        KeyVersion one = entry.version();
        listed.add(
            new Listed(
                below(one.key()),
                one.size(),
                one.etag(),
                one.modified(),
                one.version().equals(KeyVersion.UNVERSIONED) ? "" : one.version(),
                one.deleted()));
      }
    }
    return new Listed.Page(listed, raw.next(), raw.time());
  }

  KeyVersion.Page history(Optional<String> next) {
    Raw raw = raw(next);
    List<KeyVersion> versions = new ArrayList<>();
    byte[] last = new byte[0];
    for (VersionsDocument.Entry entry : raw.document().entries()) {
      KeyVersion one = entry.version();
      byte[] key = one.key().getBytes(UTF_8);
      boolean begun = !versions.isEmpty();
      // Some servers list deletions and versions apart, so that nobody knows which was first.
      boolean late = entry.latest() && begun && Arrays.equals(last, key);
      if (late || (begun && Arrays.compareUnsigned(last, key) > 0)) {
        throw outOfOrder(one.key());
      }
      last = key;
      versions.add(
          new KeyVersion(
              below(one.key()),
              one.version(),
              one.size(),
              one.etag(),
              one.modified(),
              one.deleted()));
    }
    return new KeyVersion.Page(versions, raw.next(), raw.time());
  }

  /// A page of versions.
  private record Raw(VersionsDocument document, Optional<String> next, Instant time) {}

  private Raw raw(Optional<String> after) {
    ListObjectVersionsArgs.Builder args =
        ListObjectVersionsArgs.builder()
            .bucket(bucket)
            .prefix(prefix)
            .encodingType("url")
            .maxKeys(PAGE);
    after.ifPresent(markers -> {
      String[] both = markers.split(MARKERS, 2);
      args.keyMarker(both[0]);
      if (both.length == 2 && !both[1].isEmpty()) {
        args.versionIdMarker(both[1]);
      }
    });
    ListObjectVersionsArgs built = args.build();
    Raw raw =
        retries.callRepeatable(() ->
            connection.call(
                what(), Effect.READS, client -> client.versions(built).thenApply(this::document)));
    if (raw.next().isPresent() && raw.next().equals(after)) {
      throw faults.fault(Kind.PERMANENT, what(), "the server gives the same page for ever", "");
    }
    return raw;
  }

  private Raw document(Response answer) {
    try (Response open = answer) {
      VersionsDocument read = VersionsDocument.read(open.body().byteStream());
      Instant time = time(open.header("Date"));
      if (!read.truncated()) {
        return new Raw(read, Optional.empty(), time);
      }
      if (read.nextKey().isEmpty()) {
        throw faults.fault(
            Kind.PERMANENT, what(), "the server says: go on, and not from where", "");
      }
      return new Raw(read, Optional.of(read.nextKey() + MARKERS + read.nextVersion()), time);
    } catch (XMLStreamException e) {
      // What broke off on its way comes whole the next time.
      throw faults.fault(
          Kind.TRANSIENT, what(), "the answer is no list of versions: " + e.getMessage(), "", e);
    }
  }

  private String below(String key) {
    if (!key.startsWith(prefix)) {
      throw faults.fault(
          Kind.PERMANENT,
          what(),
          "asked for keys below '%s', the answer holds '%s'".formatted(prefix, key),
          "the server's lists are not those of S3");
    }
    return key.substring(prefix.length());
  }

  private Listed listed(Item item) {
    return new Listed(
        below(item.objectName()),
        item.size(),
        Objects.requireNonNullElse(item.etag(), "").replace("\"", ""),
        item.lastModified() == null ? Instant.EPOCH : item.lastModified().toInstant(),
        "",
        false);
  }

  private static Instant time(@Nullable String date) {
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(String.valueOf(date)));
    } catch (DateTimeParseException e) {
      return Instant.EPOCH; // nothing that is listed counts as settled then
    }
  }

  private String what() {
    return "listing '" + prefix + "'";
  }
}
