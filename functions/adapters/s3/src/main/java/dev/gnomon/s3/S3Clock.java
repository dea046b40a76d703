package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.GenericResponse;
import io.minio.HeadBucketArgs;
import io.minio.ListObjectsV2Args;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/// What time it is for a server, by the Date header of an answer about the bucket. Thread-safe.
///
/// The bucket itself is asked, which costs least. Who may list only what lies below the prefix is
/// refused that, and asks for a list of at most one name there from then on.
final class S3Clock {
  /// Below the prefix, and never many.
  private static final String FEW = "cell/";

  private final S3Settings settings;
  private final S3Faults faults;
  private final S3Connection connection;
  private volatile boolean refused;

  S3Clock(S3Settings settings, S3Faults faults, S3Connection connection) {
    this.settings = settings;
    this.faults = faults;
    this.connection = connection;
  }

  /// Also says that the bucket is there.
  Instant now() {
    String what = "asking for the time";
    String date = refused ? ofList(what) : ofBucket(what);
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    } catch (DateTimeException e) {
      throw faults.fault(Kind.PERMANENT, what, "the answer has the Date '" + date + "'", "", e);
    }
  }

  private String ofBucket(String what) {
    HeadBucketArgs args = HeadBucketArgs.builder().bucket(settings.bucket()).build();
    try {
      return connection.call(
          what, Effect.READS, client -> client.headBucket(args).thenApply(S3Clock::date));
    } catch (ObjectStoreException e) {
      if (e.getCause() instanceof S3Answer answer && answer.status() == 403) {
        String date = ofList(what);
        refused = true;
        return date;
      }
      throw e;
    }
  }

  private String ofList(String what) {
    ListObjectsV2Args args =
        ListObjectsV2Args.builder()
            .bucket(settings.bucket())
            .prefix(settings.prefix() + FEW)
            .maxKeys(1)
            .build();
    return connection.call(
        what, Effect.READS, client -> client.listObjectsV2(args).thenApply(S3Clock::date));
  }

  private static String date(GenericResponse answer) {
    return String.valueOf(answer.headers().get("Date"));
  }
}
