package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.routes.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each deployable as its package is, in a process of its own, with nothing but what the manifests
/// give it.
class DeployableProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;

  private RunningDeployable start(Deployable deployable, Surroundings surroundings)
      throws IOException {
    return start(deployable, surroundings.environment(deployable));
  }

  private RunningDeployable start(Deployable deployable, Map<String, String> environment)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(Program.SERVER.options());
    command.addAll(List.of("-jar", "quarkus-run.jar"));
    return RunningDeployable.start(
        command,
        deployable.app(CHECKOUT),
        environment,
        Files.createTempFile(directory, deployable.word(), ".log"));
  }

  private void allAnswer(Surroundings surroundings) throws IOException, InterruptedException {
    try (RunningDeployable protect = start(Deployable.PROTECT, surroundings)) {
      Caller caller = new Caller(protect.address());
      HttpResponse<String> requested =
          caller.event(
              "/update",
              "update-requested",
              "{\"updateId\": \"release-1\", \"resources\": [\"site\"]}");
      assertThat(requested.statusCode()).isEqualTo(200);
      HttpResponse<String> shadowed =
          caller.event(
              "/shadow", "shadow-requested", "{\"resource\": \"site\", \"kind\": \"command\"}");
      assertThat(shadowed.statusCode()).as(shadowed.body()).isEqualTo(200);
      assertThat(caller.get("/status").body()).contains("\"site\"");
      assertThat(caller.event("/rollback", "sweep-due", "{}").statusCode()).isIn(200, 204);
      assertThat(caller.event("/update", "telemetry-observed", Caller.samples()).statusCode())
          .isEqualTo(400);
      assertThat(caller.get("/q/health/ready").statusCode()).isEqualTo(200);
      assertNoTrouble(protect);
    }
    try (RunningDeployable route = start(Deployable.ROUTE, surroundings);
        RunningDeployable predict = start(Deployable.PREDICT, surroundings)) {
      HttpResponse<String> found = new Caller(route.address()).get("/routes/site?fresh=true");
      assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
      assertThat(found.headers().firstValue("Gnomon-Source")).contains("objects");
      new Caller(route.address()).first(Deployable.ROUTE);
      assertThat(new Caller(route.address()).get("/q/health/ready").body()).contains("Redis");
      Caller telemetry = new Caller(predict.address());
      telemetry.first(Deployable.PREDICT);
      assertThat(telemetry.get("/q/health/ready").statusCode()).isEqualTo(200);
      assertNoTrouble(route);
      assertNoTrouble(predict);
    }
  }

  private static void assertNoTrouble(RunningDeployable deployable) throws IOException {
    assertThat(deployable.output())
        .doesNotContain("\"ERROR\"", "\"WARN\"", "WARNING:", "Exception");
  }

  @Test
  void deployablesServeTheirFirstEventsByThemselves() throws Exception {
    try (Surroundings surroundings = Surroundings.start(directory)) {
      allAnswer(surroundings);
    }
  }

  @Test
  void deployablesServeTheirFirstEventsOnARealMinio() throws Exception {
    S3TestServer server = S3TestServer.required("DeployableProcessIT");
    String bucket = "images-" + UUID.randomUUID();
    server.bucket(bucket);
    try (RedisServer redis = RedisServer.start();
        Surroundings surroundings = RealSurroundings.of(directory, server, bucket, redis)) {
      allAnswer(surroundings);
    }
  }

  @Test
  void aDeployableThatOthersReachDoesNotStartWithoutTokens() throws Exception {
    try (Surroundings surroundings = Surroundings.start(directory)) {
      for (Deployable one : Deployable.values()) {
        Map<String, String> reached = new HashMap<>(surroundings.environment(one));
        reached.put("QUARKUS_HTTP_HOST", "0.0.0.0");
        try (RunningDeployable deployable = start(one, reached)) {
          assertThat(catchThrowable(deployable::address))
              .hasMessageStartingWith("ended with 1")
              .hasMessageContaining("gnomon.api.write-tokens: expected tokens, found none")
              .hasMessageContaining("0.0.0.0");
        }
      }
    }
  }

  @Test
  void whatTakesOnlyWebhooksNeedsNoTokensOfTheApi() throws Exception {
    try (Surroundings surroundings = Surroundings.start(directory)) {
      Map<String, String> reached = new HashMap<>(surroundings.environment(Deployable.PROTECT));
      reached.put("QUARKUS_HTTP_HOST", "0.0.0.0");
      reached.put("GNOMON_PROTECT_ONLY_WEBHOOKS", "true");
      try (RunningDeployable webhooks = start(Deployable.PROTECT, reached)) {
        assertThat(new Caller(webhooks.address()).get("/status").statusCode()).isEqualTo(404);
      }
    }
  }

  @Test
  void aDeployableThatOthersReachLetsInWhoBringsAToken() throws Exception {
    Path token = Files.writeString(directory.resolve("reader"), "token-of-a-reader\n");
    try (Surroundings surroundings = Surroundings.start(directory)) {
      Map<String, String> reached = new HashMap<>(surroundings.environment(Deployable.PROTECT));
      reached.put("QUARKUS_HTTP_HOST", "0.0.0.0");
      reached.put("GNOMON_API_READ_TOKENS", "file:" + token);
      reached.put("GNOMON_API_WRITE_TOKENS", "file:" + directory.resolve("not-there-yet"));
      try (RunningDeployable protect = start(Deployable.PROTECT, reached)) {
        URI status = protect.address().resolve("/status");
        HttpClient client = HttpClient.newHttpClient();
        assertThat(
                client
                    .send(HttpRequest.newBuilder(status).build(), BodyHandlers.ofString())
                    .statusCode())
            .isEqualTo(401);
        assertThat(
                client
                    .send(
                        HttpRequest.newBuilder(status)
                            .header("Authorization", "Bearer token-of-a-reader")
                            .build(),
                        BodyHandlers.ofString())
                    .statusCode())
            .isEqualTo(200);
        assertThat(protect.output()).contains("not-there-yet");
      }
    }
  }

  @Test
  void aDeployableWithoutItsCatalogueSaysSoAndEnds() throws Exception {
    try (Surroundings surroundings = Surroundings.start(directory)) {
      Files.delete(directory.resolve("gnomon.yaml"));
      try (RunningDeployable protect = start(Deployable.PROTECT, surroundings)) {
        assertThat(catchThrowable(protect::address))
            .hasMessageContaining("gnomon.yaml")
            .hasMessageStartingWith("ended with 1");
      }
    }
  }
}
