package dev.gnomon.local.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.stack.Packaged;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The packaged stack of a [Scene] in a process of its own.
final class RunningStack implements AutoCloseable {
  private static final Duration END = Duration.ofMinutes(3);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final Path data;
  private final Path log;

  private RunningStack(Process process, Path data, Path log) {
    this.process = process;
    this.data = data;
    this.log = log;
  }

  /// Starts it; does not wait.
  static RunningStack launch(Scene scene, Map<String, String> environment, String... more)
      throws IOException {
    Path log = Files.createTempFile(scene.directory, "stack", ".log");
    // What a killed process leaves is removed with the test's directory.
    Path tmp = Files.createDirectories(scene.directory.resolve("tmp"));
    List<String> command = new ArrayList<>(Packaged.java("-Djava.io.tmpdir=" + tmp));
    command.addAll(
        List.of("up", "--config", scene.config.toString(), "--data", scene.data.toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("GNOMON_LOCAL_SWEEP_EVERY", "PT1S");
    builder.environment().putAll(environment);
    return new RunningStack(builder.start(), scene.data, log);
  }

  /// Starts it and waits until it is ready.
  static RunningStack start(Scene scene) throws IOException {
    return start(scene, Map.of());
  }

  /// @param more words of the command
  static RunningStack start(Scene scene, Map<String, String> environment, String... more)
      throws IOException {
    RunningStack stack = launch(scene, environment, more);
    stack.awaitReady();
    return stack;
  }

  void awaitReady() {
    Patience.await()
        .pollInterval(Duration.ofMillis(20))
        .failFast(() -> {
          if (!process.isAlive()) {
            throw new AssertionError("the stack ended:\n" + output());
          }
        })
        .until(
            () -> Files.exists(addressFile()) && addresses().path("pid").asLong() == process.pid());
  }

  boolean alive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  Path addressFile() {
    return data.resolve("gnomon.json");
  }

  JsonNode addresses() throws IOException {
    return Json.MAPPER.readTree(addressFile().toFile());
  }

  String output() throws IOException {
    return Files.readString(log);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create(addresses().path("api").asText() + path);
    return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /// Body of an answer; empty if there is none or the stack is gone.
  Optional<JsonNode> find(String path) throws InterruptedException {
    try {
      HttpResponse<String> answer = get(path);
      return answer.statusCode() == 200
          ? Optional.of(Json.MAPPER.readTree(answer.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Events that were given up, as the dead letter function has them.
  JsonNode deadLetters() throws IOException, InterruptedException {
    return Json.MAPPER.readTree(get("/dead-letters").body()).path("letters");
  }

  /// Posts to a path of the stack.
  HttpResponse<String> post(String path, String contentType, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(addresses().path("api").asText() + path))
            .header("content-type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /// Sends an event to the broker.
  ///
  /// @return the broker's status code
  int event(String id, String type, String data) throws IOException, InterruptedException {
    return post(
            "/broker",
            "application/json",
            data,
            "ce-specversion",
            "1.0",
            "ce-id",
            id,
            "ce-source",
            "/test",
            "ce-type",
            "dev.gnomon." + type + ".v1")
        .statusCode();
  }

  /// Waits for an answer whose field has one of the values.
  JsonNode await(String path, String field, String... values) {
    List<String> wanted = List.of(values);
    try {
      return Patience.await()
          .pollInterval(Duration.ofMillis(50))
          .failFast("the stack ended: " + log, () -> !process.isAlive())
          .until(() -> find(path), one -> one.isPresent() && wanted.contains(at(one.get(), field)))
          .orElseThrow();
    } catch (RuntimeException e) {
      throw new AssertionError("%s never had %s %s: %s".formatted(path, field, wanted, last(path)));
    }
  }

  private static String at(JsonNode node, String field) {
    return node.path(field).asText();
  }

  private String last(String path) {
    try {
      return get(path).body() + "\n" + output();
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  /// @return exit code
  int terminate() throws InterruptedException {
    process.destroy();
    return awaitEnd();
  }

  int kill() throws InterruptedException {
    process.destroyForcibly();
    return awaitEnd();
  }

  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the stack did not end: " + last("/status"));
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    if (process.isAlive()) {
      kill();
    }
  }
}
