package dev.gnomon.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.letters.DeadEvent;
import dev.gnomon.runtime.gate.EventReader;
import dev.gnomon.runtime.http.Rejection;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.core.format.EventFormat;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.jackson.JsonFormatOptions;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Reads what a broker sends to its dead letter sink: any event in either content mode, with what
/// Knative's brokers say of the failure in extension attributes. What is no event is kept as it
/// came: nobody else has it.
final class DeadEvents {
  private static final String DESTINATION = "knativeerrordest";
  private static final String CODE = "knativeerrorcode";
  private static final String DATA = "knativeerrordata";

  /// What brokers add on the way; the event did not have it when it was sent.
  private static final Pattern ADDED = Pattern.compile("knative(error|kafka).*");

  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{4,}={0,2}");
  private static final Pattern STATUS = Pattern.compile("-?[0-9]{1,4}");
  private static final int MAX_DESTINATION = 2000;
  private static final int MAX_REASON = 1000;
  private static final EventFormat STORED =
      new JsonFormat(JsonFormatOptions.builder().forceDataBase64Serialization(true).build());

  private DeadEvents() {}

  static DeadEvent read(List<Map.Entry<String, String>> headers, byte[] body) {
    try {
      return of(EventReader.read(headers, body));
    } catch (Rejection e) {
      return unreadable(headers, body, e.problem().detail());
    }
  }

  private static DeadEvent of(CloudEvent event) {
    CloudEventBuilder original = CloudEventBuilder.v1(event);
    event.getExtensionNames().stream()
        .filter(name -> ADDED.matcher(name).matches())
        .forEach(original::withoutExtension);
    if (event.getData() != null) {
      original.withData(BytesCloudEventData.wrap(event.getData().toBytes()));
    }
    return new DeadEvent(
        event.getSource().toString(),
        event.getId(),
        event.getType(),
        Optional.ofNullable(event.getSubject()),
        destination(text(event, DESTINATION)),
        text(event, CODE).filter(code -> STATUS.matcher(code).matches()),
        text(event, DATA).map(DeadEvents::reason),
        new String(STORED.serialize(original.build()), UTF_8),
        Optional.empty());
  }

  private static Optional<String> text(CloudEvent event, String name) {
    return Optional.ofNullable(event.getExtension(name)).map(String::valueOf);
  }

  private static String destination(Optional<String> given) {
    return Notice.line(given.orElse(""), MAX_DESTINATION);
  }

  /// Brokers encode what the last answer said, and may cut it; what is not encoded stays as it is.
  private static String reason(String data) {
    String text =
        BASE64.matcher(data).matches() ? decoded(data.replace("=", "")).orElse(data) : data;
    return Notice.line(text.strip(), MAX_REASON);
  }

  private static Optional<String> decoded(String base64) {
    String whole = base64.length() % 4 == 1 ? base64.substring(0, base64.length() - 1) : base64;
    String text = new String(Base64.getDecoder().decode(whole), UTF_8);
    boolean shows = text.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\t' && c != '\r');
    return shows ? Optional.of(text) : Optional.empty();
  }

  private static DeadEvent unreadable(
      List<Map.Entry<String, String>> headers, byte[] body, String why) {
    Map<String, String> known = new TreeMap<>();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.equals("content-type") || name.startsWith("ce-")) {
        known.merge(name, header.getValue(), (one, other) -> one + ", " + other);
      }
    }
    Optional<String> destination = Optional.ofNullable(known.remove("ce-" + DESTINATION));
    Optional<String> code = Optional.ofNullable(known.remove("ce-" + CODE));
    Optional<String> data = Optional.ofNullable(known.remove("ce-" + DATA));
    known.keySet().removeIf(name -> ADDED.matcher(name.substring(name.indexOf('-') + 1)).matches());
    ObjectNode came = Json.MAPPER.createObjectNode();
    known.forEach(came.putObject("headers")::put);
    came.put("body_base64", Base64.getEncoder().encodeToString(body));
    String content = came.toString();
    return new DeadEvent(
        "unreadable",
        Answers.key(content),
        Notice.line(known.getOrDefault("ce-type", "(no event)"), MAX_REASON),
        Optional.empty(),
        destination(destination),
        code.filter(text -> STATUS.matcher(text).matches()),
        data.map(DeadEvents::reason),
        content,
        Optional.of(Notice.line(why, MAX_REASON)));
  }
}
