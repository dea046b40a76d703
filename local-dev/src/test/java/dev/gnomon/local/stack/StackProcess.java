package dev.gnomon.local.stack;

import static dev.gnomon.verification.waits.Patience.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The packaged stack in a process of its own, on a directory of a test.
final class StackProcess implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  final Process process;
  private final Path data;
  private final Path log;

  private StackProcess(Process process, Path data, Path log) {
    this.process = process;
    this.data = data;
    this.log = log;
  }

  /// Starts it; does not wait.
  static StackProcess launch(Path directory, Map<String, String> environment) throws IOException {
    return launch(directory, environment, List.of());
  }

  /// Starts it with `--json`; [#output] is then its standard output alone.
  static StackProcess launchJson(Path directory) throws IOException {
    return launch(directory, Map.of(), List.of("--json"));
  }

  private static StackProcess launch(
      Path directory, Map<String, String> environment, List<String> more) throws IOException {
    Files.createDirectories(directory.resolve("site"));
    Path config = directory.resolve("gnomon.yaml");
    if (Files.notExists(config)) {
      Files.writeString(config, catalogue(directory.resolve("site")));
    }
    Path log = Files.createTempFile(directory, "stack", ".log");
    // What a killed process leaves is removed with the test's directory.
    Path tmp = Files.createDirectories(directory.resolve("tmp"));
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(Packaged.java("-Djava.io.tmpdir=" + tmp));
    command.addAll(
        List.of(
            "up", "--config", config.toString(), "--data", directory.resolve("data").toString()));
    command.addAll(more);
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(log.toFile());
    if (more.isEmpty()) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(directory.resolve("stack.err").toFile());
    }
    builder.environment().putAll(environment);
    return new StackProcess(builder.start(), directory.resolve("data"), log);
  }

  /// Starts it and waits until it is ready.
  static StackProcess start(Path directory) throws IOException {
    StackProcess stack = launch(directory, Map.of());
    stack.awaitReady();
    return stack;
  }

  void awaitReady() {
    await()
        .failFast("the stack ended, see " + log, () -> !process.isAlive())
        .until(() -> Files.exists(addressFile()) && addresses().path("pid").asLong() == pid());
  }

  long pid() {
    return process.pid();
  }

  JsonNode addresses() throws IOException {
    return Json.MAPPER.readTree(addressFile().toFile());
  }

  Path addressFile() {
    return data.resolve("gnomon.json");
  }

  String output() throws IOException {
    return Files.readString(log);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create(addresses().path("api").asText() + path);
    return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  int post(String id, String type) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(addresses().path("broker").asText()))
            .header("ce-specversion", "1.0")
            .header("ce-id", id)
            .header("ce-source", "/test")
            .header("ce-type", type)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  /// @return exit code
  int terminate() throws InterruptedException {
    process.destroy();
    return awaitEnd();
  }

  /// As Ctrl-C does.
  ///
  /// @return exit code
  int interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(pid())).start().waitFor();
    return awaitEnd();
  }

  int kill() throws InterruptedException {
    process.destroyForcibly();
    return awaitEnd();
  }

  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the stack did not end");
    }
    return process.exitValue();
  }

  /// An answer of the readiness probe, which on a busy machine may be late.
  void awaitHealthy() {
    await().until(() -> get("/q/health/ready").statusCode() == 200);
  }

  /// Command lines of processes that name the data directory.
  List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(one -> one.info().commandLine().orElse(""))
        .filter(line -> line.contains(data.toString()))
        .toList();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  private static String catalogue(Path site) {
    return """
    cells:
      - name: east
      - name: west
    resources:
      - name: site
        kind: directory
        cell: east
        location: %s
        shadow: { cell: west, type: differential, every: 1h }
        rollback: restore
        allowAdvisoryFence: true
    """
        .formatted(site);
  }
}
