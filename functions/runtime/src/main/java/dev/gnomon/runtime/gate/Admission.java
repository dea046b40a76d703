package dev.gnomon.runtime.gate;

import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.SweepDue;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import io.cloudevents.CloudEvent;
import java.util.List;
import java.util.Map;

/// Decides whether a request is an event that a function takes at its path.
///
/// @param maxBytes largest body
record Admission(DeliveryTable table, List<EventContract> contracts, int maxBytes) {
  /// Sources whose types can't be chosen say in this extension what their events stand for.
  private static final String STANDS_FOR = "gnomontype";

  private static final String PING = "dev.knative.sources.ping";

  /// Types of the CloudEvents adapter for Amazon S3.
  private static final String AMAZON_S3 = "com.amazonaws.s3.";

  /// @throws Rejection if it is not
  Delivery admit(String path, Iterable<Map.Entry<String, String>> headers, byte[] body) {
    if (body.length > maxBytes) {
      throw Rejection.of(
          ProblemKind.TOO_LARGE,
          "the body has " + body.length + " bytes, at most " + maxBytes + " are taken");
    }
    CloudEvent event = EventReader.read(headers, body);
    String type = type(event);
    EventContract contract =
        contracts.stream()
            .filter(one -> one.covers(type))
            .findFirst()
            .orElseThrow(() ->
                Rejection.of(
                    ProblemKind.UNKNOWN_TYPE,
                    "event %s has the unknown type '%s'".formatted(event.getId(), type)));
    if (!table.isPath(path)) {
      throw Rejection.of(
          ProblemKind.NOT_HANDLED_HERE, "/" + path + " is not a path that events are delivered to");
    }
    String function =
        table
            .function(path, type)
            .orElseThrow(() ->
                Rejection.of(
                    ProblemKind.NOT_HANDLED_HERE,
                    "no function takes %s at /%s".formatted(type, path)));
    return new Delivery(event, type, path, function, contract.data(type, event));
  }

  private static String type(CloudEvent event) {
    String type = event.getType();
    Object standsFor = event.getExtension(STANDS_FOR);
    if (type.equals(PING) && SweepDue.TYPE.equals(standsFor)) {
      return SweepDue.TYPE;
    }
    return type.startsWith(AMAZON_S3) || BucketChanged.TYPE.equals(standsFor)
        ? BucketChanged.TYPE
        : type;
  }
}
