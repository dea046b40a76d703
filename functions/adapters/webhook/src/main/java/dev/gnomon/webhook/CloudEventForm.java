package dev.gnomon.webhook;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.NotificationTarget.Mode;
import dev.gnomon.core.secrets.Secrets;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A CloudEvent of type `dev.gnomon.notice.v1` whose data is [NoticeJson]; its id is the notice's
/// key, so a repeat is the same event. Binary and structured mode as the HTTP protocol binding says
/// ([CloudEvents
/// 1.0.2](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md)).
final class CloudEventForm implements NoticeForm {
  private static final URI SOURCE = URI.create("/gnomon/notify");

  private final Channel.CloudEvent spec;
  private final Secrets secrets;

  CloudEventForm(Channel.CloudEvent spec, Secrets secrets) {
    this.spec = spec;
    this.secrets = secrets;
  }

  @Override
  public Message message(Notice notice, Instant now) throws Secrets.Unreadable {
    Map<String, String> headers = new HashMap<>();
    byte[] body = written(event(notice), headers);
    headers.put("Idempotency-Key", notice.key());
    if (spec.token().isPresent()) {
      headers.put("Authorization", "Bearer " + secrets.token(spec.token().get()));
    }
    return new Message(Addresses.of(secrets.read(spec.url())), headers, body);
  }

  @Override
  public String shown(Notice notice) {
    return switch (spec.mode()) {
      case BINARY -> Bodies.text(NoticeJson.of(notice));
      case STRUCTURED ->
          new String(written(event(notice), new HashMap<>()), StandardCharsets.UTF_8);
    };
  }

  private byte[] written(CloudEvent event, Map<String, String> headers) {
    byte[][] body = {{}};
    MessageWriter<?, ?> writer =
        HttpMessageFactory.createWriter(
            (name, value) -> headers.put(name, headerValue(name, value)),
            bytes -> body[0] = kept(bytes));
    if (spec.mode() == Mode.BINARY) {
      writer.writeBinary(event);
    } else {
      writer.writeStructured(event, JsonFormat.CONTENT_TYPE);
    }
    return body[0];
  }

  private static byte[] kept(byte @Nullable [] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }

  /// Attributes may hold what headers can't: percent-encoded (3.1.3.2), which the SDK leaves to its
  /// caller.
  private static String headerValue(String name, String value) {
    if (!name.startsWith("ce-")) {
      return value;
    }
    StringBuilder encoded = new StringBuilder();
    for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = each > 0x20 && each < 0x7f && each != '"' && each != '%';
      encoded.append(plain ? String.valueOf((char) each) : "%%%02X".formatted(each));
    }
    return encoded.toString();
  }

  private static CloudEvent event(Notice notice) {
    var builder =
        CloudEventBuilder.v1()
            .withId(notice.key())
            .withType(NoticeJson.TYPE)
            .withSource(SOURCE)
            .withTime(notice.time().atOffset(ZoneOffset.UTC))
            .withData(
                "application/json",
                URI.create(NoticeJson.SCHEMA),
                Bodies.json(NoticeJson.of(notice)));
    notice
        .subject()
        .filter(subject -> !subject.isBlank())
        .ifPresent(subject -> {
          builder.withSubject(subject);
          builder.withExtension("partitionkey", subject);
        });
    return builder.build();
  }
}
