package dev.gnomon.local.it;

import static dev.gnomon.local.it.LiveBucket.content;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.events.BucketChanged.ChangedObject;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.local.stack.Packaged;
import dev.gnomon.runtime.gate.BucketNotification;
import dev.gnomon.s3.S3Buckets;
import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.waits.Patience;
import io.minio.MinioClient;
import io.minio.SetBucketNotificationArgs;
import io.minio.messages.NotificationConfiguration;
import io.minio.messages.NotificationConfiguration.QueueConfiguration;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The journal of a prefix by commands, on real S3 servers: with the notifications that MinIO
/// really sends, and on a server without versions.
class PrefixJournalProcessIT {
  /// Without notifications it would be looked at once an hour.
  private static final String CATALOGUE =
      """
      cells:
        - name: east
        - name: west
      resources:
        - name: data
          kind: s3-prefix
          cell: east
          location: ADDRESS
          accessKeyEnv: DATA_ACCESS
          secretKeyEnv: DATA_SECRET
          versions: auto
          shadow: { cell: west, type: transactional, settle: 2s, segment: { every: 1h } }
      """;

  @TempDir Path directory;

  private static int port() {
    String given = System.getenv("GNOMON_TEST_S3_WEBHOOK");
    if (given == null || given.isBlank()) {
      String reason =
          "SKIPPED PrefixJournalProcessIT: GNOMON_TEST_S3_WEBHOOK is not set (eval"
              + " \"$(local-dev/test-servers up)\" starts a MinIO server that sends notifications)";
      System.out.println(reason);
      assumeTrue(false, reason);
    }
    return Integer.parseInt(String.valueOf(given));
  }

  private static String versionedBucket(S3TestServer server) throws Exception {
    String bucket = "journal-" + UUID.randomUUID();
    server.versionedBucket(bucket);
    return bucket;
  }

  /// A bucket with versions that announces its writes.
  private static String announcingBucket(S3TestServer server) throws Exception {
    String bucket = versionedBucket(server);
    try (MinioClient client = server.client()) {
      client.setBucketNotification(
          SetBucketNotificationArgs.builder()
              .bucket(bucket)
              .config(
                  new NotificationConfiguration(
                      null,
                      List.of(
                          new QueueConfiguration(
                              "arn:minio:sqs::GNOMON:webhook",
                              null,
                              List.of("s3:ObjectCreated:*", "s3:ObjectRemoved:*"),
                              null)),
                      null,
                      null))
              .build());
    }
    return bucket;
  }

  private static S3Buckets buckets(Map<String, String> environment) {
    return LiveBucket.buckets(Versions.AUTO, environment);
  }

  private static void put(Bucket bucket, String key, String content) {
    LiveBucket.put(
        bucket, key, content, LiveBucket.attributes("text/x-" + content.length(), "of " + content));
  }

  /// Of a command that needs no credentials.
  private static JsonNode json(Scene scene, String... words) throws Exception {
    Shell shell = scene.gnomon(with(scene, words));
    assertThat(shell.code()).as("%s: %s%s", List.of(words), shell.out(), shell.err()).isZero();
    return Json.MAPPER.readTree(shell.out());
  }

  private static String[] with(Scene scene, String... words) {
    return Stream.concat(
            Arrays.stream(words), Stream.of("--config", scene.config.toString(), "--json"))
        .toArray(String[]::new);
  }

  /// Of a command that finds the bucket's credentials in its environment.
  private static JsonNode process(Scene scene, Map<String, String> environment, String... words)
      throws Exception {
    List<String> command = new ArrayList<>(Packaged.java());
    command.addAll(List.of(with(scene, words)));
    command.addAll(List.of("--data", scene.data.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(words), said).isZero();
    return Json.MAPPER.readTree(said);
  }

  @Test
  void notificationsOfMinioAreUnderstood() throws Exception {
    S3TestServer server = S3TestServer.required("PrefixJournalProcessIT");
    int port = port();
    String name = announcingBucket(server);
    ConcurrentLinkedQueue<JsonNode> came = new ConcurrentLinkedQueue<>();
    HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    receiver.createContext(
        "/bucket-notifications",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (body.length > 0) {
            came.add(Json.MAPPER.readTree(body));
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    Map<String, String> environment = DataServer.of(server, name).environment();
    try (S3Buckets buckets = buckets(environment)) {
      Bucket bucket = buckets.open(server.place(name + "/assets"));
      List<String> keys = List.of("plain", "with blank + plus", "ä/%41", "?&=#;,'()");
      for (String key : keys) {
        put(bucket, key, "of " + key);
      }
      bucket.writer().delete(List.of("plain"));

      Patience.await().until(() -> came.size() == 5);

      assertThat(came)
          .flatExtracting(body -> BucketNotification.read(body).objects())
          .containsExactlyInAnyOrder(
              new ChangedObject(name, "assets/plain"),
              new ChangedObject(name, "assets/with blank + plus"),
              new ChangedObject(name, "assets/ä/%41"),
              new ChangedObject(name, "assets/?&=#;,'()"),
              new ChangedObject(name, "assets/plain"));
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  void wholeWayOnAServerThatAnnouncesItsWrites() throws Exception {
    S3TestServer server = S3TestServer.required("PrefixJournalProcessIT");
    int port = port();
    String name = announcingBucket(server);
    S3Prefix place = server.place(name + "/assets");
    S3Prefix elsewhere = server.place(name + "/elsewhere");
    Map<String, String> environment = DataServer.of(server, name).environment();
    try (S3Buckets buckets = buckets(environment)) {
      Bucket bucket = buckets.open(place);
      for (int i = 0; i < 12; i++) {
        put(bucket, "dir/object %02d".formatted(i), "good " + i);
      }
      Scene scene =
          Scene.of(directory.resolve("scene"), CATALOGUE.replace("ADDRESS", place.toString()));
      try (RunningStack stack =
          RunningStack.start(scene, environment, "--port", Integer.toString(port))) {
        json(scene, "shadow", "data", "--wait");
        SortedMap<String, String> good = content(bucket);
        put(bucket, "dir/object 03", "bad");
        awaitNewest(scene, 1); // begun, and it goes on
        Instant moment = Instant.now();
        Patience.await().until(() -> Instant.now().isAfter(moment.plusMillis(20)));
        SortedMap<String, String> atMoment = content(bucket);
        put(bucket, "dir/added", "added");
        put(bucket, "dir/object 03", "worse");
        bucket.writer().delete(List.of("dir/object 04"));
        awaitNewest(scene, 4);

        JsonNode status = json(scene, "journal", "status", "data");
        assertThat(status.at("/versions/upTo").asText()).isNotEmpty();
        assertThat(status.at("/versions/waiting").asLong()).isZero();
        assertThat(json(scene, "journal", "list", "data")).hasSize(4);
        JsonNode last = json(scene, "journal", "show", "data", "4");
        assertThat(last.at("/writes/0/key").asText()).isEqualTo("dir/object 04");

        restore(scene, environment, elsewhere, "--at", moment.toString());
        assertThat(content(buckets.open(elsewhere))).isEqualTo(atMoment);
        restore(scene, environment, elsewhere, "--position", "0");
        assertThat(content(buckets.open(elsewhere))).isEqualTo(good);

        JsonNode undone = process(scene, environment, "journal", "undo", "data", "--last", "3");
        assertThat(undone.path("puts").asLong()).isEqualTo(2);
        assertThat(undone.path("deletes").asLong()).isEqualTo(1);
        assertThat(content(bucket)).isEqualTo(atMoment);
        awaitNewest(scene, 7);
        process(scene, environment, "journal", "undo", "data", "--after", "0");
        assertThat(content(bucket)).isEqualTo(good);
        assertThat(stack.output()).doesNotContain("ERROR");
      }
    }
  }

  private static final String TOKEN = "GNOMON_PROTECT_NOTIFICATION_TOKEN";

  /// What a server sends of one write, with a token or without one.
  private static int notify(RunningStack stack, String bucket, String key, String... authorization)
      throws Exception {
    String body =
        """
        {"Records": [{"eventVersion": "2.0", "eventSource": "minio:s3",
          "eventName": "s3:ObjectCreated:Put",
          "s3": {"bucket": {"name": "%s"}, "object": {"key": "%s"}}}]}\
        """
            .formatted(bucket, key);
    return stack
        .post("/bucket-notifications", "application/json", body, authorization)
        .statusCode();
  }

  /// On any machine: who brings no token, or another one, is not listened to.
  @Test
  void aNotificationHasToBringTheToken() throws Exception {
    String right = "a-token-of-24-characters";
    Scene scene = Scene.inPlace(directory.resolve("scene"));
    try (RunningStack stack = RunningStack.start(scene, Map.of(TOKEN, right))) {
      assertThat(notify(stack, "bucket", "key")).isEqualTo(401);
      for (String wrong :
          List.of("Bearer " + right + "x", "Bearer " + right.substring(1), right, "Bearer ")) {
        assertThat(notify(stack, "bucket", "key", "authorization", wrong)).as(wrong).isEqualTo(401);
      }
      assertThat(notify(stack, "bucket", "key", "authorization", "Bearer " + right)).isEqualTo(204);
      assertThat(stack.output()).doesNotContain(right).doesNotContain("ERROR");
    }
  }

  @Test
  void onlyANotificationWithTheTokenBringsTheJournalUpToDate() throws Exception {
    S3TestServer server = S3TestServer.required("PrefixJournalProcessIT");
    String name = versionedBucket(server);
    S3Prefix place = server.place(name + "/assets");
    String right = "a-token-of-24-characters";
    Map<String, String> environment =
        Map.of("DATA_ACCESS", server.accessKey(), "DATA_SECRET", server.secretKey(), TOKEN, right);
    try (S3Buckets buckets = buckets(environment)) {
      Bucket bucket = buckets.open(place);
      put(bucket, "first", "first");
      Scene scene =
          Scene.of(directory.resolve("scene"), CATALOGUE.replace("ADDRESS", place.toString()));
      try (RunningStack stack = RunningStack.start(scene, environment)) {
        json(scene, "shadow", "data", "--wait");
        put(bucket, "second", "second");

        assertThat(notify(stack, name, "assets/second")).isEqualTo(401);
        assertThat(notify(stack, name, "assets/second", "authorization", "Bearer another-one"))
            .isEqualTo(401);
        // Longer than the journal waits for a version to settle, and than a turn of the service.
        Instant end = Instant.now().plusSeconds(6);
        Patience.await().until(() -> Instant.now().isAfter(end));
        long before = json(scene, "journal", "status", "data").path("newest").asLong();
        assertThat(notify(stack, name, "assets/second", "authorization", "Bearer " + right))
            .isEqualTo(204);
        awaitNewest(scene, 1);

        assertThat(before).isZero();
        assertThat(stack.output()).doesNotContain(right).doesNotContain("ERROR");
      }
    }
  }

  private static void restore(
      Scene scene, Map<String, String> environment, S3Prefix to, String option, String value)
      throws Exception {
    process(
        scene,
        environment,
        "journal",
        "restore",
        "data",
        option,
        value,
        "--to",
        to.toString(),
        "--allow-deletes");
  }

  private static void awaitNewest(Scene scene, long position) {
    Patience.await()
        .until(() -> json(scene, "journal", "status", "data").path("newest").asLong() == position);
  }

  @Test
  void serverWithoutVersionsIsRefused() throws Exception {
    try (DataServer server = DataServer.ofFiles(directory)) {
      Scene scene =
          Scene.of(
              directory.resolve("scene"),
              CATALOGUE.replace("ADDRESS", server.below("assets").toString()));
      try (RunningStack stack = RunningStack.start(scene, server.environment())) {
        Shell shell = scene.gnomon("shadow", "data", "--wait");

        assertThat(shell.code()).isEqualTo(1);
        assertThat(shell.err()).contains("keeps none").contains("enable versioning");
        assertThat(stack.alive()).isTrue();
      }
    }
  }
}
