package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// Requests to the stack that runs for a data directory. A stack that is not there is one clear
/// failure. On HttpURLConnection: HttpClient takes a quarter of a second of CPU to start (it
/// prepares TLS), which is more than a short command needs in all.
final class Http {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_SHOWN = 500;
  private static final int MAX_BYTES = 64 << 20;

  private final Path data;
  private final Duration answer;

  Http(Path data) {
    this(data, ANSWER);
  }

  private Http(Path data, Duration answer) {
    this.data = data;
    this.answer = answer;
  }

  /// For requests that take their time.
  Http within(Duration longer) {
    return new Http(data, longer);
  }

  /// @param status HTTP status code
  record Answer(int status, String body) {
    boolean ok() {
      return status >= 200 && status < 300;
    }

    /// Whether the same may succeed in a moment.
    boolean busy() {
      return status == 429 || status == 503;
    }

    /// Why it was refused, from the problem (RFC 9457) if there is one.
    String reason() {
      return detail(body).orElseGet(this::plain);
    }

    /// What a problem document says.
    static Optional<String> detail(String document) {
      try {
        JsonNode problem = Json.MAPPER.readTree(document);
        return Stream.of("detail", "title", "reason")
            .map(problem::path)
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .findFirst();
      } catch (JsonProcessingException e) {
        return Optional.empty(); // none: what it says is shown as it is
      }
    }

    private String plain() {
      String text = body.strip();
      return text.isEmpty()
          ? "it answered " + status
          : "it answered %d: %s"
              .formatted(status, text.substring(0, Math.min(text.length(), MAX_SHOWN)));
    }
  }

  Answer get(URI address) {
    return exchange(address, Optional.empty(), "", Optional.empty());
  }

  Answer post(URI address, String contentType, String body) {
    return post(address, contentType, body, Optional.empty());
  }

  /// @param bearer a token, if one is wanted
  Answer post(URI address, String contentType, String body, Optional<String> bearer) {
    return exchange(address, Optional.of(contentType), body, bearer);
  }

  /// Writes a good answer to a stream while it arrives.
  ///
  /// @return an answer that is none
  /// @throws IOException if `out` can't be written
  Optional<Answer> download(URI address, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    InputStream content;
    try {
      HttpURLConnection connection = connection(address);
      connection.setRequestProperty("Accept", "*/*");
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        return Optional.of(answer(connection));
      }
      content = connection.getInputStream();
    } catch (IOException e) {
      throw failure(address, e);
    }
    try (content) {
      while (true) {
        int length;
        try {
          length = content.read(buffer);
        } catch (IOException e) {
          throw failure(address, e);
        }
        if (length < 0) {
          return Optional.empty();
        }
        out.write(buffer, 0, length);
      }
    }
  }

  private Answer exchange(
      URI address, Optional<String> contentType, String body, Optional<String> bearer) {
    try {
      HttpURLConnection connection = connection(address);
      if (contentType.isPresent()) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", contentType.get());
        bearer.ifPresent(
            token -> connection.setRequestProperty("Authorization", "Bearer " + token));
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(bytes.length); // sent once, never repeated silently
        try (OutputStream out = connection.getOutputStream()) {
          out.write(bytes);
        }
      }
      return answer(connection);
    } catch (IOException e) {
      throw failure(address, e);
    }
  }

  private Failure failure(URI address, IOException fault) {
    return switch (fault) {
      case ConnectException e ->
          Failure.failed(
              "no stack is running for %s, only its gnomon.json was left: start it with \"gnomon up --data %s\""
                  .formatted(data, StackAddresses.quoted(data)));
      case SocketTimeoutException e ->
          Failure.timedOut(
              "the stack at %s did not answer within %d s".formatted(address, answer.toSeconds()));
      default ->
          Failure.failed("the stack at %s broke off: %s".formatted(address, fault.getMessage()));
    };
  }

  private HttpURLConnection connection(URI address) throws IOException {
    if (!(address.toURL().openConnection(Proxy.NO_PROXY) instanceof HttpURLConnection http)) {
      throw new IOException("not an HTTP address");
    }
    http.setConnectTimeout((int) CONNECT.toMillis());
    http.setReadTimeout((int) Math.min(answer.toMillis(), Integer.MAX_VALUE));
    http.setInstanceFollowRedirects(false);
    http.setRequestProperty("Accept", "application/json");
    ApiToken.given()
        .ifPresent(token -> http.setRequestProperty("Authorization", "Bearer " + token));
    return http;
  }

  private static Answer answer(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status < 0) {
      throw new IOException("it does not speak HTTP");
    }
    InputStream content = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    if (content == null) {
      return new Answer(status, "");
    }
    try (content) {
      byte[] bytes = content.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("it answered more than " + MAX_BYTES + " bytes");
      }
      return new Answer(status, new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
