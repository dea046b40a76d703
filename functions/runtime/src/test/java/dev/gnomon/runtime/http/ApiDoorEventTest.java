package dev.gnomon.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.runtime.app.Http;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Tokens of the API, in an application that has some.
@QuarkusTest
@TestProfile(ApiDoorEventTest.WithTokens.class)
class ApiDoorEventTest {
  private static final String READER = "token-of-a-reader";
  private static final String OLD_WRITER = "token-of-a-writer-old";
  private static final String WRITER = "token-of-a-writer-new";
  private static final Path NEW_TOKEN = file("token-that-is-replaced");

  /// Those that look for themselves who comes.
  private static final Set<String> OWN_DOOR = Set.of("/guarded", "/raw/:name");

  public static class WithTokens implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "gnomon.api.read-tokens", "file:" + file(READER),
          "gnomon.api.write-tokens", "file:" + file(OLD_WRITER) + ", file:" + NEW_TOKEN);
    }
  }

  @TestHTTPResource("/")
  URI base;

  @Inject Router router;

  private static Path file(String token) {
    try {
      Path file = Files.createTempFile("gnomon-token", "");
      file.toFile().deleteOnExit();
      return Files.writeString(file, token + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Endpoint(String method, String path) {
    boolean changes() {
      return method.equals("POST");
    }
  }

  /// Every query and command that is registered; events and what Quarkus adds have other methods or
  /// no path.
  private List<Endpoint> endpoints() {
    List<Endpoint> found = new ArrayList<>();
    for (Route route : router.getRoutes()) {
      String path = route.getName();
      if (path == null || path.startsWith("/q/") || route.methods() == null) {
        continue;
      }
      for (HttpMethod method : route.methods()) {
        if (!OWN_DOOR.contains(path)) {
          found.add(new Endpoint(method.name(), path));
        }
      }
    }
    return found;
  }

  private int status(Endpoint endpoint, String... authorizations) {
    Http request =
        Http.request(
                endpoint.method(), base, endpoint.path().replaceAll(":[a-z]+", "x").substring(1))
            .with("Content-Type", "application/json");
    for (String authorization : authorizations) {
      request.with("Authorization", authorization);
    }
    if (endpoint.changes()) {
      request.body("{\"paused\":true}");
    }
    return request.send().status();
  }

  @Test
  void everyEndpointRefusesStrangersAndEachTokenOpensWhatItMay() {
    List<Endpoint> endpoints = endpoints();

    assertThat(endpoints)
        .contains(
            new Endpoint("GET", "/status"),
            new Endpoint("GET", "/long/:kibibytes"),
            new Endpoint("POST", "/automation"),
            new Endpoint("POST", "/plans"));
    for (Endpoint endpoint : endpoints) {
      assertThat(status(endpoint)).as("anonymous %s", endpoint).isEqualTo(401);
      for (String wrong :
          List.of(
              "Bearer token-of-a-stranger",
              "Bearer " + READER + "x",
              "Bearer",
              "Bearer ",
              "Basic " + WRITER,
              READER,
              "Bearer " + READER + " " + WRITER)) {
        assertThat(status(endpoint, wrong)).as("%s with %s", endpoint, wrong).isEqualTo(401);
      }
      if (endpoint.changes()) {
        assertThat(status(endpoint, "Bearer " + READER)).as("reader %s", endpoint).isEqualTo(401);
      } else {
        assertThat(status(endpoint, "Bearer " + READER)).as("%s", endpoint).isNotEqualTo(401);
      }
      assertThat(status(endpoint, "bearer " + OLD_WRITER)).as("%s", endpoint).isNotEqualTo(401);
    }
  }

  @Test
  void tokenThatIsWrittenLaterCountsBesideTheOldOne() throws Exception {
    Endpoint automation = new Endpoint("POST", "/automation");
    assertThat(status(automation, "Bearer " + WRITER)).isEqualTo(401);

    Files.writeString(NEW_TOKEN, WRITER);

    assertThat(status(automation, "Bearer " + WRITER)).isEqualTo(200);
    assertThat(status(automation, "Bearer " + OLD_WRITER)).isEqualTo(200);
  }

  /// The same answer as where no token is asked for.
  @Test
  void bodyOfACommandThatIsTooLargeIsRefusedAsThat() {
    Http command =
        Http.request("POST", base, "automation")
            .with("Content-Type", "application/json")
            .with("Authorization", "Bearer " + OLD_WRITER)
            .body("{\"paused\":" + " ".repeat(1 << 20) + "true}");

    Http.Answer answer = command.send();

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().get("type").asText()).isEqualTo("urn:gnomon:problem:body-too-large");
  }

  @Test
  void healthAndMetricsAndEventsNeedNoToken() {
    assertThat(Http.request("GET", base, "q/health/live").send().status()).isEqualTo(200);
    assertThat(Http.request("GET", base, "q/metrics").send().status()).isEqualTo(200);
    assertThat(Http.event(base, "shadow", "site").send().status()).isEqualTo(200);
  }
}
