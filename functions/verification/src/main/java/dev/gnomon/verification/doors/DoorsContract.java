package dev.gnomon.verification.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What a deployable answers whom at each of its endpoints, with the tokens [#READER] and [#WRITER]
/// set. The endpoints are those that the running application has registered, so one that is new is
/// asked for tokens too, or named as one that looks for itself.
public abstract class DoorsContract {
  public static final String READER = "token-of-a-reader";
  public static final String WRITER = "token-of-a-writer";

  /// Where Quarkus answers by itself; of what is there whoever comes may ask for [#OPEN].
  private static final String QUARKUS = "/q/";

  private static final List<String> OPEN =
      List.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics");

  private static final List<String> NOT_THERE =
      List.of(
          "/q/dev-ui",
          "/q/dev",
          "/q/openapi",
          "/q/swagger-ui",
          "/q/arc",
          "/q/info",
          "/q/logging-manager",
          "/openapi",
          "/metrics",
          "/health");

  private static final List<String> WRONG =
      List.of(
          "Bearer token-of-a-stranger",
          "Bearer " + READER + "x",
          "Bearer ",
          "Basic " + WRITER,
          WRITER,
          "Bearer " + READER + " " + WRITER);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// A token that says of itself that it needs no signature.
  private static final String UNSIGNED =
      "eyJhbGciOiJub25lIiwia2lkIjoiayJ9.eyJhdWQiOiJkb29ycyIsInN1YiI6ImFkbWluIn0.";

  protected abstract Router router();

  protected abstract URI base();

  /// The endpoints that look for themselves who comes, and what a stranger is answered there.
  protected abstract List<OwnDoor> withDoorsOfTheirOwn();

  /// Where events are delivered, with [TokenFiles#ofEvents] set.
  protected List<String> eventPaths() {
    return List.of();
  }

  /// A method and a path with parameters as `:name`.
  public record Endpoint(String method, String path) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /// @param query what a stranger may make up, such as `?signature=00`, or nothing
  /// @param status that he is answered
  public record OwnDoor(String method, String path, String query, int status) {
    Endpoint endpoint() {
      return new Endpoint(method, path);
    }
  }

  /// All that is registered with a path.
  private List<Endpoint> endpoints() {
    List<Endpoint> found = new ArrayList<>();
    for (Route route : router().getRoutes()) {
      String path = route.getName();
      if (path != null && path.startsWith("/")) {
        Set<HttpMethod> methods = route.methods() == null ? Set.of() : route.methods();
        (methods.isEmpty() ? Set.of("ANY") : names(methods))
            .forEach(method -> found.add(new Endpoint(method, path)));
      }
    }
    return found;
  }

  private static Set<String> names(Set<HttpMethod> methods) {
    return methods.stream().map(HttpMethod::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Endpoint> guarded() {
    return endpoints().stream()
        .filter(one -> !one.method().equals("ANY") && !one.path().startsWith(QUARKUS))
        .filter(one -> withDoorsOfTheirOwn().stream().noneMatch(own -> own.endpoint().equals(one)))
        .toList();
  }

  private int status(Endpoint endpoint, List<String> authorizations) {
    return status(endpoint, "", authorizations);
  }

  private int status(Endpoint endpoint, String query, List<String> authorizations) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                base()
                    .resolve(
                        endpoint.path().replaceAll(":[a-zA-Z]+", "x").replace("*", "x") + query))
            .header("Content-Type", "application/json");
    authorizations.forEach(one -> request.header("Authorization", one));
    request.method(
        endpoint.method(),
        endpoint.method().equals("GET")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString("[]"));
    try {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(endpoint + " did not answer", e);
    }
  }

  @Test
  void strangersAreRefusedAtEveryEndpoint() {
    assertThat(guarded()).isNotEmpty();
    for (Endpoint endpoint : guarded()) {
      assertThat(status(endpoint, List.of())).as("anonymous %s", endpoint).isEqualTo(401);
      for (String wrong : WRONG) {
        assertThat(status(endpoint, List.of(wrong)))
            .as("%s with %s", endpoint, wrong)
            .isEqualTo(401);
      }
      assertThat(status(endpoint, List.of("Bearer " + WRITER, "Bearer " + WRITER)))
          .as("%s with two", endpoint)
          .isEqualTo(401);
    }
  }

  @Test
  void readersMayAskAndNotChange() {
    for (Endpoint endpoint : guarded()) {
      int answered = status(endpoint, List.of("Bearer " + READER));
      if (endpoint.method().equals("GET")) {
        assertThat(answered).as("reader %s", endpoint).isNotIn(401, 500);
      } else {
        assertThat(answered).as("reader %s", endpoint).isEqualTo(401);
      }
    }
  }

  @Test
  void writersComeIn() {
    for (Endpoint endpoint : guarded()) {
      assertThat(status(endpoint, List.of("Bearer " + WRITER)))
          .as("writer %s", endpoint)
          .isNotIn(401, 500);
    }
  }

  @Test
  void endpointsWithDoorsOfTheirOwnKnowStrangersAndTokensOfTheApiAreNothingThere() {
    for (OwnDoor own : withDoorsOfTheirOwn()) {
      assertThat(endpoints()).contains(own.endpoint());
      assertThat(status(own.endpoint(), own.query(), List.of()))
          .as("anonymous %s", own)
          .isEqualTo(own.status());
      for (String token : List.of("token-of-a-stranger", WRITER)) {
        assertThat(status(own.endpoint(), own.query(), List.of("Bearer " + token)))
            .as("%s with %s", own, token)
            .isEqualTo(own.status());
      }
    }
  }

  @Test
  void healthAndMetricsAreOpenAndNothingElseOfQuarkus() {
    for (String path : OPEN) {
      assertThat(status(new Endpoint("GET", path), List.of())).as(path).isIn(200, 503);
      assertThat(status(new Endpoint("POST", path), List.of())).as(path).isNotEqualTo(500);
    }
    for (String path : NOT_THERE) {
      assertThat(status(new Endpoint("GET", path), List.of())).as(path).isIn(404, 405);
    }
  }

  @Test
  void strangersSendNoEventsAndTokensOfTheApiAreNothingThere() {
    for (String path : eventPaths()) {
      Endpoint events = new Endpoint("POST", path);
      assertThat(status(events, List.of())).as("anonymous %s", events).isEqualTo(401);
      for (String wrong : WRONG) {
        assertThat(status(events, List.of(wrong))).as("%s with %s", events, wrong).isEqualTo(401);
      }
      for (String token : List.of(READER, WRITER, UNSIGNED)) {
        assertThat(status(events, List.of("Bearer " + token)))
            .as("%s with %s", events, token)
            .isEqualTo(401);
      }
    }
  }

  /// What takes any method is for events: of functions, by their names, and Funqy's own.
  @Test
  void whereEventsAreTakenNothingElseIs() {
    for (Endpoint endpoint : endpoints()) {
      if (endpoint.method().equals("ANY") && !endpoint.path().equals(QUARKUS)) {
        for (String authorization : List.of("Bearer token-of-a-stranger", "Bearer " + WRITER)) {
          assertThat(status(new Endpoint("POST", endpoint.path()), List.of(authorization)))
              .as("%s", endpoint)
              .isIn(400, 404);
          assertThat(status(new Endpoint("GET", endpoint.path()), List.of(authorization)))
              .as("%s", endpoint)
              .isIn(404, 405);
        }
      }
    }
  }
}
