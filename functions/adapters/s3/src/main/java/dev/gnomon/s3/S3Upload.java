package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.HeadObjectArgs;
import io.minio.Http;
import io.minio.ObjectWriteResponse;
import io.minio.UploadPartArgs;
import io.minio.errors.MinioException;
import io.minio.messages.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
  private long bytes;
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
    UploadPartArgs args =
        UploadPartArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(uploadId)
            .partNumber(number)
            .data(content, length)
            .headers(Digests.of(content, length).headers())
            .build();
    parts.add(
        retries.callRepeatable(() ->
            connection.call(
                what,
                Effect.WRITES,
                client -> client.uploadPart(args).thenApply(answer -> answer.part()))));
    bytes += length;
  }

  /// Makes the object of the parts. If the answer is lost, the name tells: nobody else writes it.
  ///
  /// @return bytes stored
  long complete() {
    CompleteMultipartUploadArgs args =
        CompleteMultipartUploadArgs.builder()
            .bucket(bucket)
            .object(key)
            .uploadId(uploadId)
            .parts(parts.toArray(Part[]::new))
            .maxRetries(0)
            .build();
    try {
      retries.callRepeatable(() -> completeOnce(args));
    } catch (ObjectStoreException e) {
      if (e.kind() == Kind.PERMANENT || !isStored()) {
        throw e;
      }
    }
    return bytes;
  }

  private boolean completeOnce(CompleteMultipartUploadArgs args) {
    try {
      ObjectWriteResponse answer =
          connection.call(what, Effect.WRITES, client -> client.completeMultipartUpload(args));
      etag = Objects.requireNonNullElse(answer.etag(), "").replace("\"", "");
      version = S3BucketReader.version(answer.headers());
      return true;
    } catch (ObjectStoreException e) {
      // A repetition finds the upload gone if the first call completed it.
      boolean gone =
          e.getCause() instanceof S3Answer answer && answer.code().equals("NoSuchUpload");
      if (gone) {
        if (isStored()) {
          return true;
        }
        throw faults.fault(Kind.PERMANENT, what, "the server lost the upload", "put it again", e);
      }
      throw e;
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
    try {
      connection.call(
          what,
          Effect.WRITES,
          client ->
              client.abortMultipartUpload(
                  AbortMultipartUploadArgs.builder()
                      .bucket(bucket)
                      .object(key)
                      .uploadId(uploadId)
                      .build()));
    } catch (ObjectStoreException e) {
      because.addSuppressed(e);
    }
  }

  private boolean isStored() {
    try {
      long stored =
          retries.callRepeatable(() -> connection.call(what, Effect.READS, client -> head(client)));
      return stored == bytes;
    } catch (ObjectStoreException e) {
      return false;
    }
  }

  private CompletableFuture<Long> head(io.minio.MinioAsyncClient client) throws MinioException {
    return client
        .headObject(HeadObjectArgs.builder().bucket(bucket).object(key).build())
        .thenApply(answer -> answer.size());
  }
}
