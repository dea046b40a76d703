package dev.gnomon.images;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// Sends a deployable what the broker and readers send it.
public final class Caller {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI address;

  /// @param address of the deployable
  public Caller(URI address) {
    this.address = address;
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(address.resolve(path)));
  }

  /// @param type of the event, without what all types share
  public HttpResponse<String> event(String path, String type, String data)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(address.resolve(path))
            .header("Content-Type", "application/json")
            .header("ce-specversion", "1.0")
            .header("ce-id", UUID.randomUUID().toString())
            .header("ce-source", "/images")
            .header("ce-type", "dev.gnomon." + type + ".v1")
            .POST(BodyPublishers.ofString(data)));
  }

  /// What a deployable's first caller wants of it: of route the route of the protected directory,
  /// of the others an event of the kind that most of theirs are.
  ///
  /// @throws IOException if it is not done
  public void first(Deployable deployable) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        switch (deployable) {
          case ROUTE -> get("/routes/" + Surroundings.RESOURCE);
          case PREDICT -> event("/telemetry", "telemetry-observed", samples());
          case PROTECT ->
              event(
                  "/update",
                  "update-requested",
                  """
                  {"updateId": "update-%s", "resources": ["%s"]}
                  """
                      .formatted(UUID.randomUUID(), Surroundings.RESOURCE));
        };
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          "%s answered %d to its first event: %s"
              .formatted(deployable.image(), answer.statusCode(), answer.body()));
    }
  }

  static String samples() {
    return """
    {"samples": [{"metric": "http.server.request.duration",
      "labels": [{"name": "gnomon_resource", "value": "%s"}],
      "time": "%s", "value": 0.125}]}
    """
        .formatted(Surroundings.RESOURCE, Instant.now());
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
  }
}
