package dev.gnomon.local.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.core.format.EventFormat;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.jackson.JsonFormatOptions;
import io.cloudevents.rw.CloudEventRWException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// CloudEvents 1.0 over HTTP: reads both content modes strictly, writes binary mode, and keeps
/// events for the queue with their data byte by byte as they came.
final class HttpEvents {
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String BATCH = "application/cloudevents-batch";
  private static final Pattern ATTRIBUTE = Pattern.compile("[a-z0-9]+");
  private static final EventFormat JSON = new JsonFormat();
  private static final EventFormat STORED =
      new JsonFormat(JsonFormatOptions.builder().forceDataBase64Serialization(true).build());

  private HttpEvents() {}

  /// Reads an event of either content mode.
  ///
  /// @param headers by name, in any case, with all their values
  /// @return empty if the message does not claim to be an event and has no body
  static Optional<CloudEvent> read(Map<String, List<String>> headers, byte[] body)
      throws MalformedEventException {
    Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(headers);
    Optional<String> contentType = single(byName, "content-type");
    String mediaType = contentType.map(HttpEvents::mediaType).orElse("");
    if (mediaType.startsWith(BATCH)) {
      throw new MalformedEventException("batches are not taken, send events one by one");
    }
    if (mediaType.startsWith("application/cloudevents")) {
      return Optional.of(structured(mediaType, body));
    }
    Map<String, String> attributes = attributes(byName);
    if (attributes.isEmpty() && body.length == 0) {
      return Optional.empty();
    }
    return Optional.of(binary(attributes, contentType, body));
  }

  /// Headers of an event in binary mode; its data is the body.
  static Map<String, String> headers(CloudEvent event) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : event.getAttributeNames()) {
      if (!name.equals("datacontenttype")) {
        headers.put("ce-" + name, encode(String.valueOf(event.getAttribute(name))));
      }
    }
    for (String name : event.getExtensionNames()) {
      headers.put("ce-" + name, encode(String.valueOf(event.getExtension(name))));
    }
    String contentType = event.getDataContentType();
    if (contentType != null) {
      headers.put("content-type", contentType);
    }
    return headers;
  }

  static byte[] data(CloudEvent event) {
    return event.getData() == null ? new byte[0] : event.getData().toBytes();
  }

  static byte[] toStored(CloudEvent event) {
    CloudEventBuilder copy = CloudEventBuilder.v1(event);
    if (event.getData() != null) {
      copy.withData(BytesCloudEventData.wrap(event.getData().toBytes()));
    }
    return STORED.serialize(copy.build());
  }

  static CloudEvent fromStored(byte[] stored) {
    return STORED.deserialize(stored);
  }

  private static CloudEvent structured(String mediaType, byte[] body)
      throws MalformedEventException {
    if (!mediaType.equals(STRUCTURED)) {
      throw new MalformedEventException("event format " + mediaType + " is not known");
    }
    CloudEvent event;
    try {
      event = JSON.deserialize(body);
    } catch (RuntimeException e) { // the SDK's formats throw many kinds
      throw new MalformedEventException("not a CloudEvent: " + why(e), e);
    }
    if (event == null || event.getSpecVersion() != SpecVersion.V1) {
      throw new MalformedEventException("specversion must be 1.0");
    }
    requireValid(event);
    return event;
  }

  /// Without what the parser says about itself.
  private static String why(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonProcessingException json) {
        return "no JSON: "
            + String.valueOf(json.getOriginalMessage()).lines().findFirst().orElse("");
      }
    }
    return String.valueOf(fault.getMessage());
  }

  private static CloudEvent binary(
      Map<String, String> attributes, Optional<String> contentType, byte[] body)
      throws MalformedEventException {
    if (!"1.0".equals(attributes.get("specversion"))) {
      throw new MalformedEventException(
          "specversion must be 1.0, not " + attributes.get("specversion"));
    }
    CloudEventBuilder builder = CloudEventBuilder.v1();
    try {
      for (Map.Entry<String, String> attribute : attributes.entrySet()) {
        if (!attribute.getKey().equals("specversion")) {
          builder.withContextAttribute(attribute.getKey(), attribute.getValue());
        }
      }
      contentType.ifPresent(builder::withDataContentType);
      if (body.length > 0) {
        builder.withData(body);
      }
      CloudEvent event = builder.build();
      requireValid(event);
      return event;
    } catch (CloudEventRWException | IllegalArgumentException | IllegalStateException e) {
      throw new MalformedEventException("not a CloudEvent: " + e.getMessage(), e);
    }
  }

  private static void requireValid(CloudEvent event) throws MalformedEventException {
    requireText("id", event.getId());
    requireText("source", String.valueOf(event.getSource()));
    requireText("type", event.getType());
    if (event.getSubject() != null) {
      requireText("subject", event.getSubject());
    }
    for (String extension : event.getExtensionNames()) {
      requireName(extension);
    }
  }

  private static void requireText(String name, String value) throws MalformedEventException {
    if (value.isEmpty()) {
      throw new MalformedEventException(name + " must not be empty");
    }
  }

  private static void requireName(String name) throws MalformedEventException {
    if (!ATTRIBUTE.matcher(name).matches() || name.equals("data")) {
      throw new MalformedEventException("'" + name + "' is not a name of an attribute");
    }
  }

  private static Map<String, String> attributes(Map<String, List<String>> headers)
      throws MalformedEventException {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String header : headers.keySet()) {
      String name = header.toLowerCase(Locale.ROOT);
      if (name.startsWith("ce-")) {
        name = name.substring("ce-".length());
        requireName(name);
        if (name.equals("datacontenttype")) {
          throw new MalformedEventException("datacontenttype travels as Content-Type");
        }
        attributes.put(name, decode(single(headers, header).orElse("")));
      }
    }
    return attributes;
  }

  private static Optional<String> single(Map<String, List<String>> headers, String name)
      throws MalformedEventException {
    List<String> values = headers.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new MalformedEventException("header " + name + " must be given once");
    }
    return values.stream().findFirst();
  }

  private static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
  }

  /// CloudEvents HTTP binding 3.1.3.2: unquote first, then decode percent signs, then UTF-8.
  private static String decode(String header) throws MalformedEventException {
    String value = header.trim();
    if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
      value = value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
    }
    ByteBuffer bytes = ByteBuffer.allocate(value.length() * 4);
    for (int at = 0; at < value.length(); ) {
      int point = value.codePointAt(at);
      int octet = point == '%' ? octet(value, at) : -1;
      if (octet >= 0) {
        bytes.put((byte) octet);
        at += 3;
      } else {
        bytes.put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        at += Character.charCount(point);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedEventException("not UTF-8 when decoded: " + header, e);
    }
  }

  private static int octet(String value, int at) {
    if (at + 3 > value.length()) {
      return -1;
    }
    int high = Character.digit(value.charAt(at + 1), 16);
    int low = Character.digit(value.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static String encode(String value) {
    StringBuilder header = new StringBuilder();
    for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7f && octet != '"' && octet != '%') {
        header.append((char) octet);
      } else {
        header.append('%').append(String.format(Locale.ROOT, "%02X", octet));
      }
    }
    return header.toString();
  }
}
