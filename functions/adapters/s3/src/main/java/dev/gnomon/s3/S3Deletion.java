package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.DeleteObjectsArgs;
import io.minio.messages.DeleteRequest;
import io.minio.messages.DeleteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Deletes by DeleteObjects, a thousand names a request (a limit of S3). A name that can't be
/// deleted is a fault, though the answer is a success.
final class S3Deletion {
  private static final int BATCH = 1000;
  private static final Set<String> GONE = Set.of("NoSuchKey", "NoSuchVersion");
  private static final Set<String> PASSING =
      Set.of("InternalError", "SlowDown", "ServiceUnavailable", "OperationAborted", "Busy");

  private S3Deletion() {}

  static void of(
      Collection<ObjectName> names, S3Settings settings, S3Faults faults, S3Connection connection) {
    List<DeleteRequest.Object> keys = new ArrayList<>();
    names.forEach(name -> keys.add(new DeleteRequest.Object(settings.prefix() + name.value())));
    for (int from = 0; from < keys.size(); from += BATCH) {
      List<DeleteRequest.Object> batch = keys.subList(from, Math.min(keys.size(), from + BATCH));
      String what = "deleting " + batch.size() + " objects";
      DeleteObjectsArgs args =
          DeleteObjectsArgs.builder().bucket(settings.bucket()).objects(batch).quiet(true).build();
      List<DeleteResult.Error> errors =
          connection.call(
              what,
              Effect.WRITES,
              client -> client.deleteObjects(args).thenApply(answer -> answer.result().errors()));
      refuse(errors, what, faults);
    }
  }

  static void refuse(List<DeleteResult.Error> errors, String what, S3Faults faults)
      throws ObjectStoreException {
    List<DeleteResult.Error> left =
        errors.stream().filter(error -> !GONE.contains(String.valueOf(error.code()))).toList();
    if (left.isEmpty()) {
      return;
    }
    DeleteResult.Error first = left.getFirst();
    boolean allPass =
        left.stream().allMatch(error -> PASSING.contains(String.valueOf(error.code())));
    throw faults.fault(
        allPass ? Kind.TRANSIENT : Kind.PERMANENT,
        what,
        "%d were kept, first %s: %s".formatted(left.size(), first.objectName(), first.code()),
        allPass ? "" : "check the rights of this user and retention rules");
  }
}
