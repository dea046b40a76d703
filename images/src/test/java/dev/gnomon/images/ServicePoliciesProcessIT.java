package dev.gnomon.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.verification.waits.Patience;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.credentials.Credentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Services as their packages are, on a real MinIO, each with the policy of its own: it starts,
/// is ready, does its work, and nothing that it asks for is refused.
class ServicePoliciesProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final String KEY = "a-key-of-a-sender-24-chars";

  @TempDir Path directory;
  private S3TestServer server;
  private String bucket;
  private String home;
  private Surroundings surroundings;

  /// The placeholder of a fence can't be deleted.
  @AfterEach
  void unfence() throws Exception {
    new ProcessBuilder("chattr", "-R", "-i", directory.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void eachServiceDoesItsWorkWithThePolicyOfItsOwn() throws Exception {
    server = S3TestServer.required("ServicePoliciesProcessIT");
    bucket = "s-" + UUID.randomUUID().toString().substring(0, 6);
    home = bucket + "-home";
    server.bucket(bucket);
    server.bucket(home);
    put("good");
    try (RedisServer redis = RedisServer.start();
        Surroundings around = RealSurroundings.of(directory, server, bucket, redis)) {
      surroundings = around;
      addPeopleAndSenders();
      // It tries both stores, which nobody has done yet; the others find that done.
      try (RunningDeployable rollback = start("rollback", "rollback", Map.of(), "east", "west")) {
        ready(rollback);
        shadows();
        updates();
        rollsBack(rollback);
        tells();
        keepsLetters();
        takesWebhooks();
        answersForRoutes();
        observes();
        assertNoTrouble(rollback);
      }
    }
  }

  private void shadows() throws Exception {
    try (RunningDeployable shadow = start("shadow", "shadow", unwatched(), "west")) {
      Caller caller = ready(shadow);
      String wanted = "{\"resource\": \"site\", \"kind\": \"command\"}";
      accepted(caller.event("/shadow", "shadow-requested", wanted));
      accepted(caller.event("/shadow", "shadow-requested", wanted.replace("site", "data")));
      assertThat(names("west/serving/data/")).isNotEmpty();
      accepted(caller.event("/shadow", "sweep-due", "{}"));
      assertNoTrouble(shadow);
    }
  }

  private void updates() throws Exception {
    try (RunningDeployable update = start("update", "rollback", Map.of(), "east", "west")) {
      Caller caller = ready(update);
      accepted(
          caller.event(
              "/update", "update-requested", "{\"updateId\": \"one\", \"resources\": [\"site\"]}"));
      accepted(caller.event("/update", "update-completed", "{\"updateId\": \"one\"}"));
      accepted(caller.event("/update", "sweep-due", "{}"));
      assertNoTrouble(update);
    }
  }

  private void rollsBack(RunningDeployable rollback) throws Exception {
    Path file = directory.resolve("site/file");
    Files.writeString(file, "damaged");
    Caller caller = new Caller(rollback.address());
    accepted(
        caller.event(
            "/rollback", "rollback-requested", "{\"resource\": \"site\", \"by\": \"person\"}"));
    accepted(caller.event("/rollback", "sweep-due", "{}"));
    Patience.await().untilAsserted(() -> assertThat(file).hasContent("content"));
    switches(caller);
    assertThat(caller.get("/status").statusCode()).isEqualTo(200);
  }

  /// To the plain objects in the cell and back, which are reached with the keys of the Service; the
  /// resource's home has keys of its own.
  private void switches(Caller caller) throws Exception {
    put("bad");
    accepted(
        caller.event(
            "/rollback", "rollback-requested", "{\"resource\": \"data\", \"by\": \"person\"}"));
    String copy = "west/serving/data/000001";
    assertThat(primary(caller)).endsWith("/" + copy);
    assertThat(content(bucket, copy + "/file")).isEqualTo("good");
    accepted(
        caller.event(
            "/rollback", "rollback-requested", "{\"undoes\": \"data-e1\", \"by\": \"person\"}"));
    Patience.await()
        .untilAsserted(() ->
            assertThat(names("west/rollbacks/data/"))
                .filteredOn(n -> n.endsWith("/done"))
                .hasSize(2));
    assertThat(caller.get("/rollbacks/data-e1").body()).contains("\"SERVING\"");
    assertThat(primary(caller)).endsWith("/" + home + "/assets");
    assertThat(content(home, "assets/file")).isEqualTo("bad");
  }

  /// Where the resource `data` is served from.
  private static String primary(Caller caller) throws Exception {
    JsonNode status = Json.MAPPER.readTree(caller.get("/status").body());
    for (JsonNode resource : status.path("resources")) {
      if (resource.path("name").asText().equals("data")) {
        return resource.at("/route/primary/path").asText();
      }
    }
    throw new AssertionError("no resource data: " + status);
  }

  private String content(String of, String name) throws Exception {
    try (MinioClient client = server.client();
        var in = client.getObject(GetObjectArgs.builder().bucket(of).object(name).build())) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private void put(String content) throws Exception {
    try (MinioClient client = server.client()) {
      client.putObject(
          PutObjectArgs.builder()
              .bucket(home)
              .object("assets/file")
              .data(content.getBytes(UTF_8), content.length())
              .build());
    }
  }

  private void tells() throws Exception {
    try (RunningDeployable notify = start("notify", "notify", unwatched(), "west")) {
      Caller caller = ready(notify);
      String failed = "{\"resource\": \"site\", \"kind\": \"interval\", \"reason\": \"a test\"}";
      accepted(caller.event("/notify", "shadow-failed", failed));
      accepted(
          caller.event(
              "/notify",
              "shadow-created",
              Files.readString(
                  CHECKOUT.resolve(
                      "event-schemas/src/main/resources/examples/good/shadow-created.v1.1.json"))));
      Patience.await()
          .untilAsserted(() -> {
            assertThat(names("west/notices/")).anyMatch(name -> name.contains("/targets/people/"));
            assertThat(names("west/open/notices/")).isEmpty();
          });
      accepted(caller.event("/notify", "sweep-due", "{}"));
      assertNoTrouble(notify);
    }
  }

  private void keepsLetters() throws Exception {
    try (RunningDeployable letters = start("dead-letters", "dead-letters", unwatched(), "west")) {
      Caller caller = ready(letters);
      accepted(caller.event("/dead-letters", "shadow-failed", "{\"resource\": \"site\"}"));
      JsonNode found = Json.MAPPER.readTree(caller.get("/dead-letters").body());
      String key = found.path("letters").path(0).path("letter").asText();
      accepted(post(letters, "/dead-letters/" + key + "/replay", "{\"by\": \"a test\"}"));
      assertThat(caller.get("/dead-letters/" + key).statusCode()).isEqualTo(200);
      // That a letter was kept is an ERROR: a person has to see to it.
      assertThat(letters.output()).contains("dead letter " + key).doesNotContain("AccessDenied");
    }
  }

  private void takesWebhooks() throws Exception {
    Map<String, String> only = Map.of("GNOMON_PROTECT_ONLY_WEBHOOKS", "true", "SCRIPT_KEY", KEY);
    try (RunningDeployable webhooks = start("webhooks", "webhooks", only, "west")) {
      ready(webhooks);
      accepted(post(webhooks, "/hooks/script", "{\"service\": \"shop\"}"));
      assertNoTrouble(webhooks);
    }
  }

  private void answersForRoutes() throws Exception {
    try (RunningDeployable route = start(Deployable.ROUTE, "route", "route", Map.of(), "west")) {
      Caller caller = ready(route);
      caller.first(Deployable.ROUTE);
      accepted(caller.get("/routes/site?fresh=true"));
      assertNoTrouble(route);
    }
  }

  private void observes() throws Exception {
    try (RunningDeployable telemetry =
        start(Deployable.PREDICT, "telemetry", "predict", Map.of(), "west")) {
      Caller caller = ready(telemetry);
      caller.first(Deployable.PREDICT);
      accepted(caller.event("/telemetry", "sweep-due", "{}"));
      assertThat(caller.get("/models").statusCode()).isEqualTo(200);
      assertNoTrouble(telemetry);
    }
  }

  private List<String> names(String prefix) throws Exception {
    List<String> names = new ArrayList<>();
    try (MinioClient client = server.client()) {
      for (var item :
          client.listObjects(
              ListObjectsArgs.builder().bucket(bucket).prefix(prefix).recursive(true).build())) {
        names.add(item.get().objectName());
      }
    }
    return names;
  }

  private static Map<String, String> unwatched() {
    return Map.of("GNOMON_PROTECT_KEEPS_WATCH", "false");
  }

  private void addPeopleAndSenders() throws IOException {
    Files.writeString(
        surroundings.catalogueFile(),
        """
          - name: data
            kind: s3-prefix
            cell: east
            location: "s3+%s/%s/assets"
            accessKeyEnv: DATA_ACCESS
            secretKeyEnv: DATA_SECRET
            shadow: { cell: west, type: full }
            rollback: switch
            actuators: [{ command: ["true"] }]
            allowAdvisoryFence: true
        notifications:
          - { webhook: "%s", name: people }
        webhooks:
          - name: script
            kind: generic
            keys: ["env:SCRIPT_KEY"]
            rules: [{ match: { service: shop }, resource: site }]
        """
            .formatted(server.endpoint(), home, surroundings.sink().address()),
        StandardOpenOption.APPEND);
  }

  /// @param cells for which it has the policy; of the others it may read what is below `cell/`
  private RunningDeployable start(
      String service, String role, Map<String, String> settings, String... cells) throws Exception {
    return start(Deployable.PROTECT, service, role, settings, cells);
  }

  private RunningDeployable start(
      Deployable deployable,
      String service,
      String role,
      Map<String, String> settings,
      String... cells)
      throws Exception {
    Map<String, String> environment = new HashMap<>(surroundings.environment(deployable));
    Credentials credentials = server.credentials(SessionPolicy.of(role, bucket, List.of(cells)));
    environment.put("AWS_ACCESS_KEY_ID", credentials.accessKey());
    environment.put("AWS_SECRET_ACCESS_KEY", credentials.secretKey());
    environment.put("AWS_SESSION_TOKEN", credentials.sessionToken());
    environment.put("SCRIPT_KEY", KEY);
    environment.put("DATA_ACCESS", server.accessKey());
    environment.put("DATA_SECRET", server.secretKey());
    environment.replace(
        "GNOMON_PROTECT_STATE_DIRECTORY", directory.resolve("state-" + service).toString());
    environment.putAll(settings);
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(Program.SERVER.options());
    command.addAll(List.of("-jar", "quarkus-run.jar"));
    return RunningDeployable.start(
        command,
        deployable.app(CHECKOUT),
        environment,
        Files.createTempFile(directory, service, ".log"));
  }

  private static Caller ready(RunningDeployable deployable) throws Exception {
    Caller caller = new Caller(deployable.address());
    HttpResponse<String> ready = caller.get("/q/health/ready");
    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(ready.body()).doesNotContain("AccessDenied");
    return caller;
  }

  private static void accepted(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202, 204);
  }

  private static HttpResponse<String> post(RunningDeployable deployable, String path, String body)
      throws Exception {
    URI address = deployable.address().resolve(path);
    String now = Long.toString(Instant.now().getEpochSecond());
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header("Gnomon-Timestamp", now)
                .header("Gnomon-Signature", "v1=" + hmac(now + "." + body))
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  private static String hmac(String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
  }

  private static void assertNoTrouble(RunningDeployable deployable) throws IOException {
    assertThat(deployable.output().lines().filter(line -> line.contains("dev.gnomon")))
        .noneMatch(line -> line.contains("\"ERROR\"") || line.contains("\"WARN\""))
        .noneMatch(line -> line.contains("Exception") || line.contains("AccessDenied"));
  }
}
