package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.s3.S3Faults.Effect;
import io.minio.ListObjectsV2Args;
import io.minio.messages.Item;
import io.minio.messages.ListBucketResultV2;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Pages of a bucket by ListObjectsV2 with start-after, so that a page needs no state of the
/// server. Keys that are no names of objects (made by others) are passed over.
final class S3Listing {
  private static final int MAX_PAGE = 1000;

  /// Answers that are asked for to fill one page, should others' keys fill the bucket.
  private static final int MAX_ANSWERS = 10_000;

  private final S3Settings settings;
  private final S3Faults faults;
  private final S3Connection connection;

  S3Listing(S3Settings settings, S3Faults faults, S3Connection connection) {
    this.settings = settings;
    this.faults = faults;
    this.connection = connection;
  }

  ObjectPage page(String prefix, Optional<ObjectName> after, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_PAGE + ": " + limit);
    }
    if (!ObjectName.canBegin(prefix)) {
      return new ObjectPage(List.of(), Optional.empty());
    }
    String what = "listing '" + prefix + "'";
    List<ObjectStat> found = new ArrayList<>();
    String behind = after.map(name -> settings.prefix() + name.value()).orElse("");
    for (int answers = 1; answers <= MAX_ANSWERS; answers++) {
      ListBucketResultV2 answer = answer(what, prefix, behind, limit - found.size());
      for (Item item : answer.contents()) {
        item.setEncodingType(answer.encodingType());
        String key = item.objectName();
        if (key.compareTo(behind) <= 0 || !key.startsWith(settings.prefix() + prefix)) {
          throw faults.fault(
              Kind.PERMANENT,
              what,
              "asked for keys below '%s' after '%s', the answer holds '%s'"
                  .formatted(settings.prefix() + prefix, behind, key),
              "the server's ListObjectsV2 is not that of S3");
        }
        behind = key;
        stat(key, item).ifPresent(found::add);
      }
      if (!answer.isTruncated()) {
        return new ObjectPage(found, Optional.empty());
      }
      if (answer.contents().isEmpty()) {
        throw faults.fault(Kind.TRANSIENT, what, "the server gives nothing and says: go on", "");
      }
      if (found.size() >= limit) {
        return new ObjectPage(found, Optional.of(found.getLast().name()));
      }
    }
    throw faults.fault(
        Kind.PERMANENT, what, "foreign keys fill " + MAX_ANSWERS + " answers", "use a prefix");
  }

  private ListBucketResultV2 answer(String what, String prefix, String behind, int limit) {
    ListObjectsV2Args.Builder args =
        ListObjectsV2Args.builder()
            .bucket(settings.bucket())
            .prefix(settings.prefix() + prefix)
            .encodingType("url")
            .maxKeys(limit);
    if (!behind.isEmpty()) {
      args.startAfter(behind);
    }
    ListObjectsV2Args built = args.build();
    return connection.call(
        what,
        Effect.READS,
        client -> client.listObjectsV2(built).thenApply(answer -> answer.result()));
  }

  private Optional<ObjectStat> stat(String key, Item item) {
    try {
      return Optional.of(
          new ObjectStat(
              new ObjectName(key.substring(settings.prefix().length())),
              item.size(),
              item.lastModified().toInstant()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
