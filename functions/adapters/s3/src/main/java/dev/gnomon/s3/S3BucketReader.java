package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.GetBucketVersioningArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.GetObjectTagsArgs;
import io.minio.HeadObjectArgs;
import io.minio.messages.VersioningConfiguration;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/// Objects below a prefix, by the calls that every S3 server has.
final class S3BucketReader implements BucketReader {
  private static final String META = "x-amz-meta-";
  private static final Set<String> KEPT =
      Set.of(
          "content-type",
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "expires",
          "x-amz-storage-class",
          "x-amz-website-redirect-location");

  private final String bucket;
  private final String prefix;
  private final S3Faults faults;
  private final S3Connection connection;
  private final Retries retries;
  private final S3PrefixListing listing;

  S3BucketReader(
      String bucket, String prefix, S3Faults faults, S3Connection connection, Retries retries) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.faults = faults;
    this.connection = connection;
    this.retries = retries;
    this.listing = new S3PrefixListing(bucket, prefix, faults, connection, retries);
  }

  @Override
  public Versioning versioning() {
    GetBucketVersioningArgs args = GetBucketVersioningArgs.builder().bucket(bucket).build();
    VersioningConfiguration.Status status;
    try {
      status =
          retries.callRepeatable(() ->
              connection.call(
                  "asking for the versioning",
                  Effect.READS,
                  client -> client.getBucketVersioning(args).thenApply(answer -> answer.status())));
    } catch (ObjectStoreException e) {
      if (e.getCause() instanceof S3Answer answer
          && (answer.status() == 501 || answer.code().equals("NotImplemented"))) {
        return Versioning.NONE; // a server that has never heard of versions
      }
      throw e;
    }
    return switch (status) {
      case ENABLED -> Versioning.ENABLED;
      case SUSPENDED -> Versioning.SUSPENDED;
      case OFF -> Versioning.NONE;
    };
  }

  @Override
  public Listed.Page list(String from, Optional<String> next, boolean versions) {
    return listing.page(from, next, versions);
  }

  @Override
  public KeyVersion.Page history(Optional<String> next) {
    return listing.history(next);
  }

  @Override
  public Optional<Found> look(String key, Optional<String> version) {
    String what = "looking at " + words(key, version);
    HeadObjectArgs.Builder args = HeadObjectArgs.builder().bucket(bucket).object(prefix + key);
    version.ifPresent(args::versionId);
    HeadObjectArgs built = args.build();
    try {
      Headers headers =
          retries.callRepeatable(() ->
              connection.call(
                  what,
                  Effect.READS,
                  client -> client.headObject(built).thenApply(answer -> answer.headers())));
      return Optional.of(found(key, headers));
    } catch (ObjectStoreException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Optional<Body> read(String key, Optional<String> version) {
    String what = "reading " + words(key, version);
    GetObjectArgs.Builder args = GetObjectArgs.builder().bucket(bucket).object(prefix + key);
    version.ifPresent(args::versionId);
    GetObjectArgs built = args.build();
    GetObjectResponse answer;
    try {
      answer =
          retries.callRepeatable(
              () -> connection.call(what, Effect.READS, client -> client.getObject(built)));
    } catch (ObjectStoreException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      throw e;
    }
    try {
      Found found = found(key, answer.headers());
      return Optional.of(
          new Body(found, new S3Stream(answer, found.size(), Optional.empty(), what, faults)));
    } catch (ObjectStoreException e) {
      try {
        answer.close();
      } catch (IOException ignored) {
        // The fault that led here is on its way to the caller.
      }
      throw e;
    }
  }

  @Override
  public Optional<String> obstacle(String key) {
    return obstacleOf(prefix + key);
  }

  static Optional<String> obstacleOf(String whole) {
    for (String segment : whole.split("/")) {
      if (segment.equals(".") || segment.equals("..")) {
        return Optional.of("a key with the segment '" + segment + "' can't be asked for by HTTP");
      }
    }
    return whole.isEmpty() ? Optional.of("a key must not be empty") : Optional.empty();
  }

  /// Reads a whole answer about an object.
  private Found found(String key, Headers headers) {
    TreeMap<String, String> kept = new TreeMap<>();
    TreeMap<String, String> metadata = new TreeMap<>();
    for (String given : headers.names()) {
      String name = given.toLowerCase(Locale.ROOT);
      if (KEPT.contains(name)) {
        kept.put(name, String.join(", ", headers.values(given)));
      } else if (name.startsWith(META)) {
        metadata.put(name.substring(META.length()), String.join(",", headers.values(given)));
      }
    }
    kept.remove("x-amz-storage-class", "STANDARD");
    String version = version(headers);
    String count = headers.get("x-amz-tagging-count");
    boolean tagged = count != null && !count.equals("0");
    return new Found(
        number(headers.get("Content-Length")),
        Objects.requireNonNullElse(headers.get("ETag"), "").replace("\"", ""),
        time(headers.get("Last-Modified")),
        version,
        new Attributes(
            kept,
            metadata,
            tagged ? tags(key, Optional.of(version).filter(v -> !v.isEmpty())) : new TreeMap<>()));
  }

  private SortedMap<String, String> tags(String key, Optional<String> version) {
    GetObjectTagsArgs.Builder args =
        GetObjectTagsArgs.builder().bucket(bucket).object(prefix + key);
    version.ifPresent(args::versionId);
    GetObjectTagsArgs built = args.build();
    try {
      return retries.callRepeatable(() ->
          connection.call(
              "reading the tags of " + words(key, version),
              Effect.READS,
              client -> client.getObjectTags(built).thenApply(tags -> new TreeMap<>(tags.get()))));
    } catch (ObjectStoreException e) {
      if (isAbsent(e)) {
        return new TreeMap<>(); // gone since: the next list tells
      }
      throw e;
    }
  }

  /// The version that an answer names.
  static String version(Headers headers) {
    return version(headers.get("x-amz-version-id"));
  }

  /// `null` is what S3 calls what was written while no versions were kept: the next such write
  /// replaces it, so it is none to refer to.
  static String version(@Nullable String given) {
    return given == null || given.equals("null") ? "" : given;
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private static Instant time(@Nullable String text) {
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(String.valueOf(text)));
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /// Not there; or a delete marker, which answers 405 when it is named.
  static boolean isAbsent(ObjectStoreException e) {
    return e.getCause() instanceof S3Answer answer
        && ((answer.status() == 404 && !answer.code().equals("NoSuchBucket"))
            || answer.status() == 405
            || (answer.status() == 400 && answer.code().equals("NoSuchVersion")));
  }

  private String words(String key, Optional<String> version) {
    return "'%s%s'%s".formatted(prefix, key, version.map(v -> " version " + v).orElse(""));
  }
}
