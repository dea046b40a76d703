package dev.gnomon.otlp;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// How a request is written, which its answer is too.
public enum OtlpForm {
  PROTOBUF("application/x-protobuf"),
  JSON("application/json");

  private static final int MESSAGE_OF_STATUS = 2;

  private final String contentType;

  OtlpForm(String contentType) {
    this.contentType = contentType;
  }

  public String contentType() {
    return contentType;
  }

  /// @param header `Content-Type` of a request
  /// @return empty if it is neither
  public static Optional<OtlpForm> of(String header) {
    String type = header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    for (OtlpForm form : values()) {
      if (form.contentType.equals(type)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /// It is not what it should be. The message holds nothing of it.
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /// Fields that are not known are left out, as the protocol has it.
  @SuppressWarnings("unchecked")
  <M extends Message> M read(byte[] body, M empty) throws Malformed {
    try {
      if (this == PROTOBUF) {
        return (M) empty.getParserForType().parseFrom(body);
      }
      Message.Builder builder = empty.newBuilderForType();
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(new String(body, StandardCharsets.UTF_8), builder);
      return (M) builder.build();
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      throw new Malformed("the body is no such request in " + contentType);
    }
  }

  byte[] write(Message message) {
    try {
      return this == PROTOBUF
          ? message.toByteArray()
          : JsonFormat.printer()
              .omittingInsignificantWhitespace()
              .print(message)
              .getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The body of a refusal: a `google.rpc.Status` with a message.
  public byte[] status(String message) {
    if (this == JSON) {
      String quoted = message.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ");
      return "{\"message\":\"%s\"}".formatted(quoted).getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeString(MESSAGE_OF_STATUS, message);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
