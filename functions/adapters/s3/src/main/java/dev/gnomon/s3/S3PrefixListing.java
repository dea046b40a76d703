package dev.gnomon.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.ListObjectVersionsArgs;
import io.minio.ListObjectVersionsResponse;
import io.minio.ListObjectsV2Args;
import io.minio.ListObjectsV2Response;
import io.minio.messages.Item;
import io.minio.messages.ListBucketResultV2;
import io.minio.messages.ListVersionsResult;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
        throw faults.fault(
            Kind.PERMANENT,
            what(),
            "it gives '%s' out of order".formatted(prefix + listed.key()),
            "the server's lists are not in the order of S3");
      }
      last = key;
      first = false;
    }
    return page;
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
      listed.add(listed(item, "", false));
    }
    if (result.isTruncated() && listed.isEmpty()) {
      throw faults.fault(Kind.TRANSIENT, what(), "the server gives nothing and says: go on", "");
    }
    return new Listed.Page(
        listed, result.isTruncated() ? Optional.of(behind) : Optional.empty(), time(answer));
  }

  private Listed.Page versions(Optional<String> after) {
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
    ListObjectVersionsResponse answer =
        retries.callRepeatable(() ->
            connection.call(what(), Effect.READS, client -> client.listObjectVersions(built)));
    ListVersionsResult result = answer.result();
    List<Listed> listed = new ArrayList<>();
    for (Item item : result.contents()) {
      newest(item, result).ifPresent(listed::add);
    }
    for (Item item : result.deleteMarkers()) {
      newest(item, result).ifPresent(listed::add);
    }
    listed.sort(
        Comparator.comparing(
            one -> one.key().getBytes(UTF_8), (a, b) -> Arrays.compareUnsigned(a, b)));
    if (!result.isTruncated()) {
      return new Listed.Page(listed, Optional.empty(), time(answer));
    }
    String key = result.nextKeyMarker();
    if (key == null || key.isEmpty()) {
      throw faults.fault(Kind.PERMANENT, what(), "the server says: go on, and not from where", "");
    }
    String markers = key + MARKERS + Objects.requireNonNullElse(result.nextVersionIdMarker(), "");
    if (after.filter(markers::equals).isPresent()) {
      throw faults.fault(Kind.PERMANENT, what(), "the server gives the same page for ever", "");
    }
    return new Listed.Page(listed, Optional.of(markers), time(answer));
  }

  private Optional<Listed> newest(Item item, ListVersionsResult result) {
    item.setEncodingType(result.encodingType());
    return item.isLatest()
        ? Optional.of(
            listed(item, Objects.requireNonNullElse(item.versionId(), ""), item.isDeleteMarker()))
        : Optional.empty();
  }

  private Listed listed(Item item, String version, boolean deleted) {
    String key = item.objectName();
    if (!key.startsWith(prefix)) {
      throw faults.fault(
          Kind.PERMANENT,
          what(),
          "asked for keys below '%s', the answer holds '%s'".formatted(prefix, key),
          "the server's lists are not those of S3");
    }
    return new Listed(
        key.substring(prefix.length()),
        item.size(),
        Objects.requireNonNullElse(item.etag(), "").replace("\"", ""),
        item.lastModified() == null ? Instant.EPOCH : item.lastModified().toInstant(),
        version,
        deleted);
  }

  private static Instant time(io.minio.GenericResponse answer) {
    try {
      return Instant.from(
          DateTimeFormatter.RFC_1123_DATE_TIME.parse(String.valueOf(answer.headers().get("Date"))));
    } catch (DateTimeParseException e) {
      return Instant.EPOCH; // nothing that is listed counts as settled then
    }
  }

  private String what() {
    return "listing '" + prefix + "'";
  }
}
