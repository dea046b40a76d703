package dev.gnomon.runtime.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// A request that is sent as it is written, without headers of its own making.
public final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  public static final ObjectMapper JSON = new ObjectMapper();

  private final URI uri;
  private final String method;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private byte[] body = new byte[0];

  private Http(String method, URI uri) {
    this.method = method;
    this.uri = uri;
  }

  public static Http request(String method, URI base, String path) {
    return new Http(method, base.resolve(path));
  }

  /// A valid binary shadow-requested event for a resource.
  public static Http event(URI base, String path, String resource) {
    return request("POST", base, path)
        .with("ce-specversion", "1.0")
        .with("ce-type", "dev.gnomon.shadow-requested.v1")
        .with("ce-source", "/test")
        .with("ce-id", "event-1")
        .with("Content-Type", "application/json")
        .body("{\"resource\":\"" + resource + "\",\"kind\":\"update\",\"updateId\":\"u9\"}");
  }

  /// The same event in structured form, as a template of its members.
  public static Http structured(URI base, String path, String json) {
    return request("POST", base, path)
        .with("Content-Type", "application/cloudevents+json")
        .body(json);
  }

  public Http with(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public Http without(String name) {
    headers.remove(name);
    return this;
  }

  public Http body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  public Http body(byte[] bytes) {
    body = bytes;
    return this;
  }

  public Answer send() {
    var request = HttpRequest.newBuilder(uri);
    headers.forEach(request::header);
    request.method(
        method,
        body.length == 0 && !method.equals("POST")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body));
    try {
      return new Answer(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + uri + " failed", e);
    }
  }

  public record Answer(HttpResponse<byte[]> response) {
    public int status() {
      return response.statusCode();
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    public String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    public JsonNode json() {
      try {
        return JSON.readTree(response.body());
      } catch (IOException e) {
        throw new AssertionError(text(), e);
      }
    }

    @Override
    public String toString() {
      return status() + " " + response.headers().map() + " " + text();
    }
  }
}
