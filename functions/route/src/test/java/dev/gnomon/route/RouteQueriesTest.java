package dev.gnomon.route;

import static dev.gnomon.verification.routes.SampleRoutes.route;
import static dev.gnomon.verification.waits.Patience.await;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;

import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Switch;
import io.lettuce.core.RedisClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RouteServers.class)
class RouteQueriesTest {
  RouteServers.Switcher servers;

  @Test
  void answersTheRouteFromRedis() {
    String resource = switched(2);

    when()
        .get("/routes/" + resource)
        .then()
        .statusCode(200)
        .contentType("application/json")
        .header("ETag", "\"2\"")
        .header("Gnomon-Source", "redis")
        .body("resource", equalTo(resource))
        .body("epoch", equalTo(2))
        .body("state", equalTo("FROZEN"))
        .body("primary.cell", equalTo("east"))
        .body("primary.path", equalTo("/srv/" + resource + "/größe \"1\" {x}"))
        .body("shadows[0].cell", equalTo("west"))
        .body("fenced", equalTo("enforced"));
  }

  @Test
  void answersFromTheObjectsWhenRedisWasFlushedAndFillsItAgain() {
    String resource = switched(3);

    // A comparison in the background, of an earlier request, may fill the index again first.
    await()
        .until(() -> {
          flush();
          return source(resource).equals("objects");
        });

    await().until(() -> source(resource).equals("redis"));
  }

  @Test
  void knownEpochIsNotSentAgain() {
    String resource = switched(2);

    given()
        .header("If-None-Match", "\"2\"")
        .get("/routes/" + resource)
        .then()
        .statusCode(304)
        .header("ETag", "\"2\"")
        .body(equalTo(""));
    given().header("If-None-Match", "\"1\"").get("/routes/" + resource).then().statusCode(200);
  }

  @Test
  void freshAnswerComesFromTheObjects() {
    String resource = switched(1);
    move(servers.withoutRedis(), resource, 2);

    when()
        .get("/routes/" + resource + "?fresh=true")
        .then()
        .header("Gnomon-Source", "objects")
        .body("epoch", equalTo(2));
  }

  @Test
  void switchThatMissedRedisIsSeenSoon() {
    String resource = switched(1);
    move(servers.withoutRedis(), resource, 2);

    await().until(() -> epoch(resource) == 2);
  }

  @Test
  void redisKilledAndRestartedLosesNothing() {
    String resource = switched(2);

    servers.redis().kill();
    assertThat(epoch(resource)).isEqualTo(2);
    assertThat(source(resource)).isEqualTo("objects");
    servers.redis().restart();

    await().until(() -> source(resource).equals("redis"));
    assertThat(epoch(resource)).isEqualTo(2);
  }

  @Test
  void controlStoreThatIsAwayIsAnsweredFromRedisOrWithRetry() throws IOException {
    String resource = switched(2);
    // Redis never heard of it, and no request for it is being looked after in the background.
    String lost = "r-" + UUID.randomUUID();
    move(servers.withoutRedis(), lost, 1);
    Path away = servers.directory().resolveSibling(servers.directory().getFileName() + "-away");
    Files.move(servers.directory(), away);
    try {
      assertThat(source(resource)).isEqualTo("redis");
      when()
          .get("/routes/" + lost)
          .then()
          .statusCode(503)
          .header("Retry-After", notNullValue())
          .contentType("application/problem+json");
      when().get("/routes/" + resource + "?fresh=true").then().statusCode(503);
      when().get("/q/health/ready").then().statusCode(200).body(containsString("goes on without"));
      servers.redis().kill();
      when()
          .get("/q/health/ready")
          .then()
          .statusCode(503)
          .body(containsString("is gone: is it mounted?"));
      when().get("/q/health/live").then().statusCode(200);
      servers.redis().restart();
    } finally {
      Files.move(away, servers.directory());
    }
    await().until(() -> epoch(lost) == 1);
  }

  @Test
  void unknownResourceIsNotFound() {
    when()
        .get("/routes/nobody")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("detail", containsString("nobody"));
  }

  @Test
  void badNameAndBadParameterAreRefused() {
    for (String path : new String[] {"/routes/Bad_Name", "/routes/site?fresh=perhaps"}) {
      when().get(path).then().statusCode(400).contentType("application/problem+json");
    }
  }

  @Test
  void listsAllResourcesThatHaveARoute() {
    String one = switched(1);
    String two = switched(2);

    when()
        .get("/routes")
        .then()
        .statusCode(200)
        .body("resource", hasItems(one, two))
        .body("find { it.resource == '" + two + "' }.epoch", equalTo(2));
  }

  @Test
  void countsRequestsBySource() {
    String resource = switched(1);
    epoch(resource);

    when()
        .get("/q/metrics")
        .then()
        .body(containsString("gnomon_route_requests_total{source=\"redis\"}"))
        .body(containsString("gnomon_route_index_total{outcome=\"hit\"}"))
        .body(containsString("gnomon_redis_available 1.0"));
  }

  private String switched(int epochs) {
    String resource = "r-" + UUID.randomUUID();
    // Also after a test that restarted Redis, the index takes the route.
    for (int epoch = 1; epoch <= epochs; epoch++) {
      move(servers.table(), resource, epoch);
    }
    await().until(() -> source(resource).equals("redis"));
    return resource;
  }

  private static void move(RouteTable table, String resource, long epoch) {
    assertThat(table.advance(route(resource, epoch, "test"))).isInstanceOf(Switch.Moved.class);
  }

  private void flush() {
    RedisClient client = RedisClient.create(servers.redis().url());
    try (var connection = client.connect()) {
      connection.sync().flushall();
    } finally {
      client.shutdown();
    }
  }

  private static int epoch(String resource) {
    return when().get("/routes/" + resource).then().statusCode(200).extract().path("epoch");
  }

  private static String source(String resource) {
    return when()
        .get("/routes/" + resource)
        .then()
        .statusCode(200)
        .extract()
        .header("Gnomon-Source");
  }
}
