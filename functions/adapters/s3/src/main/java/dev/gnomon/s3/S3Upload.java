package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.TakenName;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.HeadObjectArgs;
import io.minio.Http;
import io.minio.ObjectWriteResponse;
import io.minio.UploadPartArgs;
import io.minio.errors.MinioException;
import io.minio.messages.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One multipart upload. Each part is in memory, so that it can be sent again; the object appears
/// when all parts are there, or never. Not thread-safe.
final class S3Upload {
  /// A limit of S3.
  private static final int MAX_PARTS = 10_000;

  private final S3Connection connection;
  private final S3Faults faults;
  private final Retries retries;
  private final String bucket;
  private final String key;
  private final String what;
  private final String uploadId;
  private final List<Part> parts = new ArrayList<>();
  private final SentParts sent = new SentParts();
  private String etag = "";
  private String version = "";

  private S3Upload(
      S3Connection connection,
      S3Faults faults,
      Retries retries,
      String bucket,
      String key,
      String what,
      String uploadId) {
    this.connection = connection;
    this.faults = faults;
    this.retries = retries;
    this.bucket = bucket;
    this.key = key;
    this.what = what;
    this.uploadId = uploadId;
  }

  /// A lost answer leaves an upload that nobody completes; servers expire those.
  static S3Upload begin(
      S3Connection connection,
      S3Faults faults,
      Retries retries,
      String bucket,
      String key,
      String what) {
    return begin(
        connection,
        faults,
        retries,
        bucket,
        key,
        what,
        new Http.Headers(Http.Headers.CONTENT_TYPE, "application/octet-stream"));
  }

  /// @param headers what the object carries
  static S3Upload begin(
      S3Connection connection,
      S3Faults faults,
      Retries retries,
      String bucket,
      String key,
      String what,
      Http.Headers headers) {
    var args =
        CreateMultipartUploadArgs.builder().bucket(bucket).object(key).headers(headers).build();
    String uploadId =
        retries.callRepeatable(() ->
            connection.call(
                what,
                Effect.WRITES,
                client ->
                    client
                        .createMultipartUpload(args)
                        .thenApply(answer -> answer.result().uploadId())));
    if (uploadId == null || uploadId.isEmpty()) {
      throw faults.fault(Kind.TRANSIENT, what, "the server began no upload", "");
    }
    return new S3Upload(connection, faults, retries, bucket, key, what, uploadId);
  }

  void part(byte[] content, int length) {
    int number = parts.size() + 1;
    if (number > MAX_PARTS) {
      throw faults.fault(
          Kind.PERMANENT,
          what,
          "it is longer than %d parts of %d bytes".formatted(MAX_PARTS, content.length),
          "raise the part size");
    }
    Digests digests = Digests.of(content, length);
    UploadPartArgs args =
        UploadPartArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(uploadId)
            .partNumber(number)
            .data(content, length)
            .headers(digests.headers())
            .build();
    parts.add(
        retries.callRepeatable(() ->
            connection.call(
                what,
                Effect.WRITES,
                client -> client.uploadPart(args).thenApply(answer -> answer.part()))));
    sent.add(length, digests);
  }

  /// Makes the object of the parts, if its name is free. The name is looked at on every server: one
  /// that takes no notice of the condition answers like one that keeps it.
  ///
  /// @return bytes stored
  /// @throws ObjectStoreException PERMANENT if the name holds another object
  long create(LargePuts largePuts) {
    Optional<Long> there = retries.callRepeatable(this::size);
    if (there.isPresent()) {
      if (!holdsThis()) {
        throw taken(there.get());
      }
      discard();
      return sent.bytes();
    }
    if (!largePuts.conditional()) {
      return finish(completion(false));
    }
    try {
      return finish(completion(true));
    } catch (ObjectStoreException e) {
      S3Answer refusal = LargePuts.refusal(e).orElseThrow(() -> e);
      long stored = finish(completion(false));
      largePuts.refusedPut(refusal);
      return stored;
    }
  }

  /// Makes the object of the parts, whatever the name holds.
  ///
  /// @return bytes stored
  long complete() {
    return finish(completion(false));
  }

  /// Tries whether the server leaves a taken name alone, and remembers if it does not.
  void over(LargePuts largePuts) {
    CompleteMultipartUploadArgs conditional = completion(true);
    try {
      retries.call(() ->
          connection.call(
              what, Effect.WRITES, client -> client.completeMultipartUpload(conditional)));
      largePuts.ignored();
    } catch (ObjectStoreException e) {
      if (S3SinglePut.isTaken(e)) {
        discard();
        return;
      }
      S3Answer refusal = LargePuts.refusal(e).orElseThrow(() -> e);
      finish(completion(false));
      largePuts.refused(refusal);
    }
  }

  private CompleteMultipartUploadArgs completion(boolean ifNameIsFree) {
    CompleteMultipartUploadArgs.Builder args =
        CompleteMultipartUploadArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(uploadId)
            .parts(parts.toArray(Part[]::new))
            .maxRetries(0);
    if (ifNameIsFree) {
      args.extraHeaders(new Http.Headers("If-None-Match", "*"));
    }
    return args.build();
  }

  private long finish(CompleteMultipartUploadArgs args) {
    try {
      retries.callRepeatable(() -> finishOnce(args));
    } catch (ObjectStoreException e) {
      if (e.kind() == Kind.PERMANENT || !isStored()) {
        throw e;
      }
    }
    return sent.bytes();
  }

  private boolean finishOnce(CompleteMultipartUploadArgs args) {
    try {
      ObjectWriteResponse answer =
          connection.call(what, Effect.WRITES, client -> client.completeMultipartUpload(args));
      etag = Objects.requireNonNullElse(answer.etag(), "").replace("\"", "");
      version = S3BucketReader.version(answer.headers());
      return true;
    } catch (ObjectStoreException e) {
      // A repetition finds the name taken and the upload gone if the first call completed it.
      boolean taken = S3SinglePut.isTaken(e);
      boolean gone =
          e.getCause() instanceof S3Answer answer && answer.code().equals("NoSuchUpload");
      if (!taken && !gone) {
        throw e;
      }
      Optional<Long> there = size();
      if (there.isPresent() && holdsThis()) {
        if (taken) {
          discard(); // An earlier put may have stored the same.
        }
        return true;
      }
      if (taken) {
        throw taken(there.orElse(0L));
      }
      throw faults.fault(Kind.PERMANENT, what, "the server lost the upload", "put it again", e);
    }
  }

  /// Of the object, once it is complete; empty if that answer was lost.
  String etag() {
    return etag;
  }

  /// Of the object, once it is complete; empty if there is none or that answer was lost.
  String version() {
    return version;
  }

  /// Frees what the server holds; as well as it can, for the fault that led here matters more.
  void abort(Throwable because) {
    abort().ifPresent(because::addSuppressed);
  }

  /// Frees what the server holds of parts that nothing needs; an upload that is gone is fine.
  private void discard() {
    var unused = abort();
  }

  private Optional<ObjectStoreException> abort() {
    AbortMultipartUploadArgs args =
        AbortMultipartUploadArgs.builder().bucket(bucket).object(key).uploadId(uploadId).build();
    try {
      connection.call(what, Effect.WRITES, client -> client.abortMultipartUpload(args));
      return Optional.empty();
    } catch (ObjectStoreException e) {
      return Optional.of(e);
    }
  }

  /// After the last word of a call was that nobody knows.
  private boolean isStored() {
    try {
      return holdsThis();
    } catch (ObjectStoreException e) {
      return false;
    }
  }

  /// True if the name holds the bytes of the parts, by their hashes.
  private boolean holdsThis() {
    return retries.callRepeatable(() -> {
      Optional<Long> size = size();
      return size.isPresent() && size.get() == sent.bytes() && isSame();
    });
  }

  private boolean isSame() {
    GetObjectArgs args = GetObjectArgs.builder().bucket(bucket).object(key).build();
    try (GetObjectResponse stored =
        connection.call(what, Effect.READS, client -> client.getObject(args))) {
      return sent.equal(stored);
    } catch (IOException e) {
      throw faults.of(what, Effect.READS, e);
    }
  }

  /// Bytes of the object of this name; empty if there is none.
  private Optional<Long> size() {
    try {
      return Optional.of(connection.call(what, Effect.READS, client -> head(client)));
    } catch (ObjectStoreException e) {
      if (S3BucketReader.isAbsent(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private ObjectStoreException taken(long found) {
    return faults.fault(Kind.PERMANENT, what, TakenName.reason(sent.bytes(), found), "");
  }

  private CompletableFuture<Long> head(io.minio.MinioAsyncClient client) throws MinioException {
    return client
        .headObject(HeadObjectArgs.builder().bucket(bucket).object(key).build())
        .thenApply(answer -> answer.size());
  }
}
