package dev.gnomon.s3;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.LargePutTrial;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.Pause;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.HeadBucketArgs;
import io.minio.HeadObjectArgs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/// An object store in a bucket of any S3. Thread-safe. To be closed when no stream of it is read
/// any more.
///
/// Whatever is written carries `If-None-Match: *`: small objects with their one call, a stream that
/// takes several parts (repeated one by one) with the end of its upload, if the server can (see
/// LargePuts), after a look at the name. The SHA-256 of objects that go up in one piece is kept
/// beside them and checked when they are read whole. Deletes in a versioned bucket leave versions;
/// the bucket's own rules expire them.
public final class S3ObjectStore implements ObjectStore, LargePutTrial, AutoCloseable {
  private final S3Settings settings;
  private final S3Faults faults;
  private final S3Connection connection;
  private final S3Listing listing;
  private final Retries retries;
  private final S3SinglePut singlePut;
  private final LargePuts largePuts;
  private final S3Clock clock;
  private volatile boolean bucketSeen;

  /// @param retries for the parts of a streaming put, which only this class can send again; other
  ///   calls are repeated by RetryingObjectStore
  /// @param pause between two tries of a create that met a conflict
  public S3ObjectStore(S3Settings settings, Retries retries, Pause pause) {
    this(settings, retries, pause, S3Connection.authorities());
  }

  /// @param authorities whom it trusts that the server is who it says
  S3ObjectStore(S3Settings settings, Retries retries, Pause pause, Authorities authorities) {
    HeadBucketArgs.builder().bucket(settings.bucket()).build(); // Refuses names that no S3 takes.
    this.settings = settings;
    this.faults = new S3Faults(settings);
    this.connection = S3Connection.trusting(settings, faults, authorities);
    this.listing = new S3Listing(settings, faults, connection);
    this.retries = retries;
    this.singlePut = new S3SinglePut(settings, faults, connection, retries, pause, this);
    this.largePuts = new LargePuts(settings);
    this.clock = new S3Clock(settings, faults, connection);
  }

  public static S3ObjectStore open(S3Settings settings) {
    return new S3ObjectStore(settings, Retries.standard(), Pause.sleeping());
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    return singlePut.create(name, content);
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    String what = "storing '" + name + "'";
    PartBuffer buffer = new PartBuffer(content, settings.partBytes(), what);
    if (!buffer.fill()) {
      singlePut.put(name, what, buffer.bytes(), buffer.length());
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
      return upload.create(largePuts);
    } catch (ObjectStoreException | UncheckedIOException e) {
      upload.abort(e);
      throw e;
    }
  }

  /// An upload of one small part ends as one of many large parts does.
  @Override
  public Optional<String> putOver(ObjectName taken) {
    String what = "trying to put over '" + taken + "'";
    S3Upload upload =
        S3Upload.begin(connection, faults, retries, settings.bucket(), key(taken), what);
    try {
      upload.part(what.getBytes(StandardCharsets.UTF_8), what.length());
      upload.over(largePuts);
    } catch (ObjectStoreException e) {
      upload.abort(e);
      throw e;
    }
    return largePuts.reservation();
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
    Instant now = clock.now();
    bucketSeen = true;
    return now;
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
