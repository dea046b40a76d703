package dev.gnomon.runtime.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.BucketChanged.ChangedObject;
import dev.gnomon.events.EventSchemas.Violation;
import dev.gnomon.runtime.http.Rejection;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads what servers tell of writes to their buckets: the records of AWS S3 and MinIO, alone or in
/// `Records`, with keys that are encoded as in forms; the events of AWS EventBridge, with plain
/// keys; and the trial message that AWS S3 sends when notifications are set up. Only bucket and key
/// are taken; of everything else only what says which form it is.
///
/// Source: "Event message structure" and "EventBridge event message structure" in the user guide of
/// Amazon S3; MinIO sends the same records under `EventName` and `Key`.
public final class BucketNotification {
  private static final int MAX_RECORDS = 1000;
  private static final int MAX_ENCODED_KEY = 3 * 1024;
  private static final int MAX_KEY_BYTES = 1024;
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,62}");
  private static final Pattern EVENT = Pattern.compile("(s3:)?(Object|Lifecycle|Replic|ILM).*");
  private static final String WHAT = "a bucket's notification";

  private BucketNotification() {}

  /// @throws Rejection (400) naming the field that is none of these forms
  public static BucketChanged read(JsonNode body) {
    if (!body.isObject()) {
      throw broken("", "expected an object");
    }
    List<ChangedObject> objects = new ArrayList<>();
    if (body.path("Event").asText().equals("s3:TestEvent")) {
      text(body, "Bucket", "/Bucket");
    } else if (body.has("Records")) {
      records(body.path("Records"), objects);
    } else if (body.has("detail-type")) {
      bridged(body).ifPresent(objects::add);
    } else if (body.has("s3")) {
      record(body, "").ifPresent(objects::add);
    } else {
      throw broken("", "expected Records, detail-type or s3: no known form of notification");
    }
    return new BucketChanged(objects);
  }

  private static void records(JsonNode records, List<ChangedObject> objects) {
    if (!records.isArray()) {
      throw broken("/Records", "expected an array");
    }
    if (records.size() > MAX_RECORDS) {
      throw broken(
          "/Records",
          "expected at most %d records, found %d".formatted(MAX_RECORDS, records.size()));
    }
    for (int i = 0; i < records.size(); i++) {
      record(records.get(i), "/Records/" + i).ifPresent(objects::add);
    }
  }

  /// @return empty if it tells of something else than an object
  private static Optional<ChangedObject> record(JsonNode record, String at) {
    String source = text(record, "eventSource", at + "/eventSource");
    if (!source.equals("aws:s3") && !source.equals("minio:s3")) {
      throw broken(at + "/eventSource", "expected aws:s3 or minio:s3, found " + shown(source));
    }
    if (!EVENT.matcher(text(record, "eventName", at + "/eventName")).matches()) {
      return Optional.empty();
    }
    String bucket = bucket(record.path("s3").path("bucket"), at + "/s3/bucket");
    String pointer = at + "/s3/object/key";
    String encoded = text(record.path("s3").path("object"), "key", pointer);
    if (encoded.length() > MAX_ENCODED_KEY) {
      throw broken(pointer, "expected at most " + MAX_ENCODED_KEY + " characters");
    }
    return Optional.of(new ChangedObject(bucket, key(decoded(encoded, pointer), pointer)));
  }

  private static Optional<ChangedObject> bridged(JsonNode event) {
    String source = text(event, "source", "/source");
    if (!source.equals("aws.s3")) {
      throw broken("/source", "expected aws.s3, found " + shown(source));
    }
    if (!text(event, "detail-type", "/detail-type").startsWith("Object ")) {
      return Optional.empty();
    }
    JsonNode detail = event.path("detail");
    String bucket = bucket(detail.path("bucket"), "/detail/bucket");
    String pointer = "/detail/object/key";
    return Optional.of(
        new ChangedObject(bucket, key(text(detail.path("object"), "key", pointer), pointer)));
  }

  private static String bucket(JsonNode bucket, String at) {
    String name = text(bucket, "name", at + "/name");
    if (!BUCKET.matcher(name).matches()) {
      throw broken(at + "/name", "expected the name of a bucket, found " + shown(name));
    }
    return name;
  }

  private static String decoded(String encoded, String at) {
    try {
      String decoded = URLDecoder.decode(encoded, UTF_8);
      if (decoded.indexOf('\uFFFD') >= 0 && !encoded.contains("%EF%BF%BD")) {
        throw broken(at, "expected UTF-8 in percent encoding");
      }
      return decoded;
    } catch (IllegalArgumentException e) {
      throw broken(at, "expected a key in percent encoding");
    }
  }

  private static String key(String key, String at) {
    int bytes = key.getBytes(UTF_8).length;
    if (bytes == 0 || bytes > MAX_KEY_BYTES) {
      throw broken(at, "expected a key of 1 to %d bytes".formatted(MAX_KEY_BYTES));
    }
    return key;
  }

  private static String text(JsonNode node, String name, String at) {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      throw broken(at, "expected text");
    }
    return value.textValue();
  }

  private static String shown(String text) {
    return "'" + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + "'";
  }

  private static Rejection broken(String pointer, String why) {
    return Rejection.of(WHAT, List.of(new Violation(pointer, why)));
  }
}
