package dev.gnomon.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.tls.Authorities;
import dev.gnomon.events.EventData;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventTypes;
import dev.gnomon.local.cli.ApiToken;
import dev.gnomon.local.cli.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// A Gnomon that the demo talks to by HTTP, as anybody would: events to its broker, questions to
/// its API.
final class Target {
  /// For one thing, such as a rollback.
  static final Duration WAIT = Duration.ofMinutes(30);

  /// For an event, to a broker that does not answer.
  static final Duration SEND = Duration.ofMinutes(1);

  private static final Duration ANSWER = Duration.ofMinutes(1);
  private static final String SOURCE = "/gnomon/demo";

  private final Addresses addresses;
  private final Duration poll;
  private final BooleanSupplier runs;
  private final HttpClient http = client();

  /// Where it is; without a slash at the end.
  ///
  /// @param api of the functions that protect
  /// @param routes where routes are asked for: on a cluster another Service
  record Addresses(URI broker, URI api, URI routes) {
    Addresses(URI broker, URI api) {
      this(broker, api, api);
    }

    private URI of(String path) {
      return URI.create((path.startsWith("/routes") ? routes : api) + path);
    }
  }

  /// @param poll how often it is asked for what is waited for
  /// @param runs whether it can still answer
  Target(Addresses addresses, Duration poll, BooleanSupplier runs) {
    this.addresses = addresses;
    this.poll = poll;
    this.runs = runs;
  }

  private static HttpClient client() {
    Authorities authorities = Authorities.of(name -> Optional.ofNullable(System.getenv(name)));
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(ANSWER)
        .sslContext(authorities.context())
        .build();
  }

  /// An event that the broker has accepted.
  ///
  /// @param acceptedAt `System.nanoTime()` when the broker's 2xx was there
  record Sent(String id, long acceptedAt) {}

  /// Sends an event, for a while also to a broker that does not answer: a repeat has the same id.
  Sent send(EventData data) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    String id = UUID.randomUUID().toString();
    event.put("specversion", "1.0").put("id", id).put("source", SOURCE);
    event.put("type", EventTypes.typeOf(data)).put("time", Instant.now().toString());
    data.subject().ifPresent(subject -> event.put("subject", subject).put("partitionkey", subject));
    event.put("datacontenttype", "application/json");
    event.set("data", EventJson.MAPPER.valueToTree(data));
    HttpRequest request =
        HttpRequest.newBuilder(addresses.broker())
            .timeout(ANSWER)
            .header("Content-Type", "application/cloudevents+json")
            .POST(HttpRequest.BodyPublishers.ofString(event.toString()))
            .build();
    return await(
        "the broker to take an event",
        SEND,
        () -> {
          HttpResponse<String> answer = exchange(request);
          long now = System.nanoTime();
          insist("the broker", answer);
          return Optional.of(new Sent(id, now));
        });
  }

  Optional<JsonNode> get(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(addresses.of(path)).timeout(ANSWER).GET();
    ApiToken.given().ifPresent(token -> request.setHeader("Authorization", "Bearer " + token));
    HttpResponse<String> answer = exchange(request.build());
    if (answer.statusCode() == 404) {
      return Optional.empty();
    }
    insist(path, answer);
    try {
      return Optional.of(Json.MAPPER.readTree(answer.body()));
    } catch (IOException e) {
      throw Failure.failed(path + " did not answer with JSON: " + e.getMessage());
    }
  }

  private static void insist(String who, HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status / 100 != 2) {
      String fault = "%s answered %d: %s".formatted(who, status, answer.body());
      throw status == 429 || status / 100 == 5 ? Failure.unavailable(fault) : Failure.failed(fault);
    }
  }

  RouteSighting route(String resource) {
    JsonNode route = get("/routes/" + resource + "?fresh=true").orElseThrow();
    return new RouteSighting(
        route.get("epoch").asLong(),
        route.get("state").asText().equals("FROZEN"),
        route.get("primary").get("path").asText());
  }

  /// Asks again and again until there is an answer, also after faults that pass.
  <T> T await(String what, Supplier<Optional<T>> question) {
    return await(what, WAIT, question);
  }

  private <T> T await(String what, Duration wait, Supplier<Optional<T>> question) {
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      String fault = "";
      try {
        Optional<T> answer = question.get();
        if (answer.isPresent()) {
          return answer.get();
        }
      } catch (Failure e) {
        if (!e.passing()) {
          throw e;
        }
        fault = "; the last answer: " + e.text();
      }
      if (!runs.getAsBoolean()) {
        throw Failure.failed("the stack ended while the demo waited for " + what + fault);
      }
      if (System.nanoTime() > end) {
        throw Failure.timedOut(
            "waited %d minutes for %s%s".formatted(wait.toMinutes(), what, fault));
      }
      LockSupport.parkNanos(poll.toNanos());
    }
  }

  /// Waits until an update that was announced is ready.
  ///
  /// @return the point of its shadow, of the first resource
  String ready(String update) {
    JsonNode view =
        await(
            "update " + update,
            () ->
                get("/updates/" + update)
                    .filter(one -> !one.get("state").asText().equals("REQUESTED")));
    if (!view.get("state").asText().equals("READY")) {
      throw Failure.failed("the update was not ready: " + view);
    }
    return view.get("points").get(0).get("point").asText();
  }

  /// Waits until a rollback that an event asked for has ended, and insists that it serves.
  JsonNode rolledBack(String eventId) {
    JsonNode request =
        await("an answer to the request", () -> get("/requests/" + eventId + "?source=" + SOURCE));
    if (!request.get("outcome").asText().equals("accepted")) {
      throw Failure.failed("the rollback was refused: " + request.path("reason").asText());
    }
    return ended(request.get("rollback").asText());
  }

  /// Waits until a rollback has ended, and insists that it serves.
  JsonNode ended(String rollback) {
    JsonNode view =
        await(
            "rollback " + rollback,
            () ->
                get("/rollbacks/" + rollback)
                    .filter(one -> !one.get("state").asText().equals("RUNNING")));
    if (!view.get("state").asText().equals("SERVING")) {
      throw Failure.failed("rollback %s ended %s".formatted(rollback, view));
    }
    return view;
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw Failure.unavailable("%s can't be reached: %s".formatted(request.uri(), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }
}
