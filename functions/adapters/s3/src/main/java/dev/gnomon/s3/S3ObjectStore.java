package dev.gnomon.s3;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.HeadBucketArgs;
import io.minio.HeadObjectArgs;
import io.minio.Http;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectAPIArgs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// An object store in a bucket of any S3. Thread-safe. To be closed when no stream of it is read
/// any more.
///
/// Create is a put with `If-None-Match: *`: 412 is AlreadyExists, 409 (a conflict with a writer
/// under way) is tried again. A streaming put goes up in parts that are repeated one by one. The
/// SHA-256 of objects that go up in one piece is kept beside them and checked when they are read
/// whole. Deletes in a versioned bucket leave versions; the bucket's own rules expire them.
public final class S3ObjectStore implements ObjectStore, AutoCloseable {
  /// Conflicts pass within the time that the other writer needs.
  private static final int MAX_CONFLICTS = 6;

  private static final Duration CONFLICT_PAUSE = Duration.ofMillis(30);
  private static final Pattern MD5_HEX = Pattern.compile("[0-9a-f]{32}");
  private static final String OCTETS = "application/octet-stream";

  private final S3Settings settings;
  private final S3Faults faults;
  private final S3Connection connection;
  private final S3Listing listing;
  private final Retries retries;
  private final Pause pause;
  private volatile boolean bucketSeen;

  /// @param retries for the parts of a streaming put, which only this class can send again; other
  ///   calls are repeated by RetryingObjectStore
  /// @param pause between two tries of a create that met a conflict
  public S3ObjectStore(S3Settings settings, Retries retries, Pause pause) {
    HeadBucketArgs.builder().bucket(settings.bucket()).build(); // Refuses names that no S3 takes.
    this.settings = settings;
    this.faults = new S3Faults(settings);
    this.connection = new S3Connection(settings, faults);
    this.listing = new S3Listing(settings, faults, connection);
    this.retries = retries;
    this.pause = pause;
  }

  public static S3ObjectStore open(S3Settings settings) {
    return new S3ObjectStore(settings, Retries.standard(), Pause.sleeping());
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    String what = "creating '" + name + "'";
    Digests digests = Digests.of(content, content.length);
    Http.Headers headers = storedWhole(digests);
    headers.put("If-None-Match", "*");
    PutObjectAPIArgs args = putArgs(name, content, content.length, headers);
    for (int attempt = 1; ; attempt++) {
      try {
        ObjectWriteResponse answer =
            connection.call(what, Effect.WRITES, client -> client.putObject(args));
        verifyStored(name, what, content, content.length, digests, answer);
        return new Creation.Created();
      } catch (ObjectStoreException e) {
        int status = e.getCause() instanceof S3Answer answer ? answer.status() : 0;
        if (status == 412) {
          return new Creation.AlreadyExists();
        }
        if (status != 409 || attempt == MAX_CONFLICTS) {
          throw e;
        }
        long bound = CONFLICT_PAUSE.toMillis() << attempt;
        pause.of(Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, bound)));
      }
    }
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    String what = "storing '" + name + "'";
    PartBuffer buffer = new PartBuffer(content, settings.partBytes(), what);
    if (!buffer.fill()) {
      putWhole(name, what, buffer);
      return buffer.length();
    }
    S3Upload upload =
        S3Upload.begin(connection, faults, retries, settings.bucket(), key(name), what);
    try {
      boolean more = true;
      while (more || buffer.length() > 0) {
        upload.part(buffer.bytes(), buffer.length());
        if (!more) {
          break;
        }
        more = buffer.fill();
      }
      return upload.complete();
    } catch (ObjectStoreException | UncheckedIOException e) {
      upload.abort(e);
      throw e;
    }
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    String what = "reading '" + name + "'";
    GetObjectArgs.Builder args =
        GetObjectArgs.builder().bucket(settings.bucket()).object(key(name));
    if (!range.equals(ByteRange.ALL)) {
      args.offset(range.offset());
      if (!range.toEnd() && range.length() <= Long.MAX_VALUE - range.offset()) {
        args.length(range.length());
      }
    }
    GetObjectResponse answer;
    try {
      GetObjectArgs built = args.build();
      answer = connection.call(what, Effect.READS, client -> client.getObject(built));
    } catch (ObjectStoreException e) {
      if (e.getCause() instanceof S3Answer refusal) {
        if (refusal.status() == 416) {
          return Optional.of(InputStream.nullInputStream());
        }
        if (isAbsent(refusal)) {
          return Optional.empty();
        }
      }
      throw e;
    }
    try {
      return Optional.of(S3Ranges.checked(answer, range, what, faults));
    } catch (ObjectStoreException e) {
      closeQuietly(answer);
      throw e;
    }
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    String what = "looking at '" + name + "'";
    HeadObjectArgs args =
        HeadObjectArgs.builder().bucket(settings.bucket()).object(key(name)).build();
    try {
      return Optional.of(
          connection.call(
              what,
              Effect.READS,
              client ->
                  client
                      .headObject(args)
                      .thenApply(answer ->
                          new ObjectStat(name, answer.size(), answer.lastModified().toInstant()))));
    } catch (ObjectStoreException e) {
      if (e.getCause() instanceof S3Answer answer && answer.status() == 404) {
        requireBucket(what);
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    return listing.page(prefix, after, limit);
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    S3Deletion.of(names, settings, faults, connection);
  }

  /// The Date header of an answer about the bucket, to the second.
  @Override
  public Instant time() {
    String what = "asking for the time";
    String date =
        connection.call(
            what,
            Effect.READS,
            client ->
                client
                    .headBucket(HeadBucketArgs.builder().bucket(settings.bucket()).build())
                    .thenApply(answer -> String.valueOf(answer.headers().get("Date"))));
    bucketSeen = true;
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    } catch (DateTimeException e) {
      throw faults.fault(Kind.PERMANENT, what, "the answer has the Date '" + date + "'", "", e);
    }
  }

  /// Ends idle connections and the client's executor. Calls that are under way end normally.
  @Override
  public void close() {
    connection.close();
  }

  @Override
  public String toString() {
    return settings.toString();
  }

  private void putWhole(ObjectName name, String what, PartBuffer buffer) {
    Digests digests = Digests.of(buffer.bytes(), buffer.length());
    PutObjectAPIArgs args = putArgs(name, buffer.bytes(), buffer.length(), storedWhole(digests));
    ObjectWriteResponse answer =
        retries.callRepeatable(
            () -> connection.call(what, Effect.WRITES, client -> client.putObject(args)));
    verifyStored(name, what, buffer.bytes(), buffer.length(), digests, answer);
  }

  private PutObjectAPIArgs putArgs(
      ObjectName name, byte[] content, int length, Http.Headers headers) {
    return PutObjectAPIArgs.builder()
        .bucket(settings.bucket())
        .object(key(name))
        .data(content, length)
        .headers(headers)
        .contentType(OCTETS)
        .build();
  }

  private static Http.Headers storedWhole(Digests digests) {
    Http.Headers headers = digests.headers();
    headers.put(Digests.STORED_SHA256, digests.sha256Hex());
    return headers;
  }

  /// An ETag that looks like an MD5 and is another one is a server that stores other bytes, or one
  /// whose ETags mean something else: reading the object back tells.
  private void verifyStored(
      ObjectName name,
      String what,
      byte[] content,
      int length,
      Digests digests,
      ObjectWriteResponse answer) {
    String etag = String.valueOf(answer.etag()).toLowerCase(Locale.ROOT);
    boolean encrypted = answer.headers().get("x-amz-server-side-encryption") != null;
    if (encrypted || !MD5_HEX.matcher(etag).matches() || etag.equals(digests.md5Hex())) {
      return;
    }
    try (InputStream stored = read(name, ByteRange.ALL).orElseGet(InputStream::nullInputStream)) {
      byte[] bytes = stored.readNBytes(length + 1);
      if (bytes.length == length && Arrays.equals(bytes, 0, length, content, 0, length)) {
        return;
      }
    } catch (IOException e) {
      throw faults.of(what, Effect.WRITES, e);
    }
    throw faults.fault(
        Kind.PERMANENT,
        what,
        "the server stored other bytes than it was sent: ETag %s instead of %s"
            .formatted(etag, digests.md5Hex()),
        "do not use this server");
  }

  private boolean isAbsent(S3Answer answer) {
    return answer.status() == 404 && !answer.code().equals("NoSuchBucket");
  }

  /// A HEAD's 404 has no body that tells a missing object from a missing bucket.
  private void requireBucket(String what) {
    if (!bucketSeen) {
      time();
    }
  }

  private String key(ObjectName name) {
    return settings.prefix() + name.value();
  }

  private static void closeQuietly(GetObjectResponse answer) {
    try {
      answer.close();
    } catch (IOException e) {
      // The fault that led here is on its way to the caller.
    }
  }
}
