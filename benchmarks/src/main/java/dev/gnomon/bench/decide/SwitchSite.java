package dev.gnomon.bench.decide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.ServingProgram;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// A stack in a process of its own with many small resources, each behind a link of its own.
final class SwitchSite implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration SHADOWS = Duration.ofMinutes(10);
  private static final Duration SAMPLES = Duration.ofMinutes(3);
  private static final Duration SWITCH = Duration.ofSeconds(30);

  /// A sample after which nothing was switched for so long has not decided.
  private static final Duration UNDECIDED = Duration.ofSeconds(5);

  /// Two of its sweeps.
  private static final Duration IDLE = Duration.ofSeconds(20);

  private static final int MOST_SAMPLES = 10;
  private static final int FILES = 5;
  private static final String GOOD = "good bytes\n".repeat(200);
  private static final String BAD = "bad bytes\n".repeat(200);

  /// More than the clock tolerance of the catalogue: points have to be older than the onset by it.
  private static final Duration OLDER = Duration.ofMillis(2500);

  private final ServingProgram stack;
  private final Path directory;
  private final int resources;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String api;
  private final String broker;

  private SwitchSite(ServingProgram stack, Path directory, int resources, JsonNode addresses) {
    this.stack = stack;
    this.directory = directory;
    this.resources = resources;
    this.api = addresses.path("api").asText().replaceFirst("/+$", "");
    this.broker = addresses.path("broker").asText();
  }

  static SwitchSite start(Gnomon gnomon, Path directory, int resources)
      throws RoundFailedException, IOException, InterruptedException {
    StringBuilder catalogue =
        new StringBuilder("cells:\n  - name: east\n  - name: west\nresources:\n");
    for (int number = 0; number < resources; number++) {
      declare(catalogue, directory, number);
    }
    Path config = Files.writeString(directory.resolve("gnomon.yaml"), catalogue);
    Path data = directory.resolve("data");
    ServingProgram stack =
        gnomon
            .workplace()
            .serve(
                gnomon.program(
                    directory,
                    Map.of(),
                    List.of("up", "--config", config.toString(), "--data", data.toString())));
    try {
      Path addresses = data.resolve("gnomon.json");
      long end = System.nanoTime() + START.toNanos();
      while (!Files.exists(addresses)) {
        stack.requireRunning();
        waitUntil(end, "the stack is not ready");
      }
      return new SwitchSite(stack, directory, resources, Json.MAPPER.readTree(addresses.toFile()));
    } catch (RoundFailedException | IOException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private static String name(int number) {
    return "r%03d".formatted(number);
  }

  private static void declare(StringBuilder catalogue, Path directory, int number)
      throws IOException {
    String name = name(number);
    Path location = Files.createDirectories(directory.resolve("east").resolve(name));
    for (int file = 0; file < FILES; file++) {
      Files.writeString(location.resolve("file" + file), GOOD);
    }
    Files.createDirectories(directory.resolve("links"));
    catalogue.append(
        """
          - name: NAME
            kind: directory
            cell: east
            location: DIR/east/NAME
            shadow: { cell: west, type: full, every: 1d, replica: DIR/west/NAME }
            actuators: [{ symlink: DIR/links/NAME }]
            rollback: switch
            automation: auto
            allowAdvisoryFence: true
        """
            .replace("NAME", name)
            .replace("DIR", directory.toString()));
  }

  /// Asks for a shadow of each resource and waits for all.
  void shadowAll() throws RoundFailedException, IOException, InterruptedException {
    for (int number = 0; number < resources; number++) {
      event(
          "shadow-" + number,
          "shadow-requested",
          Json.MAPPER
              .createObjectNode()
              .put("resource", name(number))
              .put("kind", "command")
              .toString());
    }
    long end = System.nanoTime() + SHADOWS.toNanos();
    for (int number = 0; number < resources; number++) {
      while (!isShadowed(number)) {
        stack.requireRunning();
        waitUntil(end, name(number) + " has no shadow");
      }
    }
    LockSupport.parkNanos(OLDER.toNanos());
  }

  private boolean isShadowed(int number) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(api + "/requests/shadow-" + number + "?source=/bench"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() == 200;
  }

  /// Tells of calm hours of resources, and waits until all of it was taken in.
  ///
  /// @param from the first resource
  void calm(int from) throws RoundFailedException, IOException, InterruptedException {
    double taken = samplesTaken();
    for (int number = from; number < resources; number++) {
      event(
          "calm-" + number, "telemetry-observed", FailingSamples.calm(name(number), Instant.now()));
    }
    double all = taken + (resources - from) * FailingSamples.CALM * FailingSamples.SERIES;
    long end = System.nanoTime() + SAMPLES.toNanos();
    while (samplesTaken() < all) {
      stack.requireRunning();
      waitUntil(end, "not all samples were taken in: " + samplesTaken() + " of " + all);
    }
  }

  /// What the stack has done until now.
  StackCounts counts() throws IOException, InterruptedException {
    return StackCounts.of(metrics(), System.nanoTime());
  }

  /// What the stack does in a second while nothing is asked of it.
  Map<String, Double> idle() throws IOException, InterruptedException {
    StackCounts before = counts();
    LockSupport.parkNanos(IDLE.toNanos());
    return counts().perSecond(before);
  }

  private String metrics() throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(api + "/q/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private double samplesTaken() throws IOException, InterruptedException {
    return metrics()
        .lines()
        .filter(line -> line.startsWith("gnomon_telemetry_samples_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /// Damages a resource, tells of its failure, and reads through its link until the bytes of the
  /// shadow are there.
  ///
  /// @return seconds from sending `failure-predicted`
  double switchedByPrediction(int number) throws RoundFailedException, IOException {
    Path read = damaged(number);
    Instant onset = Instant.now();
    String data =
        Json.MAPPER
            .createObjectNode()
            .put("resource", name(number))
            .put("onset", onset.toString())
            .put("at", onset.plusSeconds(60).toString())
            .put("confidence", 0.9)
            .set("evidence", Json.MAPPER.createArrayNode().add("a benchmark says so"))
            .toString();
    return switched(number, read, request("predicted-" + number, "failure-predicted", data), SWITCH)
        .orElseThrow(() -> notSwitched(number));
  }

  /// Damages a resource, sends samples of its failure one by one, and reads through its link until
  /// the bytes of the shadow are there.
  ///
  /// @return seconds from sending the sample that decided
  double switchedBySamples(int number) throws RoundFailedException, IOException {
    Path read = damaged(number);
    for (int minute = 1; minute <= MOST_SAMPLES; minute++) {
      String data = FailingSamples.failing(name(number), Instant.now(), minute);
      HttpRequest request =
          request("failing-%d-%d".formatted(number, minute), "telemetry-observed", data);
      OptionalDouble seconds = switched(number, read, request, UNDECIDED);
      if (seconds.isPresent()) {
        return seconds.getAsDouble();
      }
    }
    throw notSwitched(number);
  }

  private RoundFailedException notSwitched(int number) {
    return new RoundFailedException(name(number) + " was not switched: " + decisions(number));
  }

  /// @return what a reader of the resource opens
  private Path damaged(int number) throws RoundFailedException, IOException {
    Path read = directory.resolve("links").resolve(name(number)).resolve("file0");
    Files.writeString(directory.resolve("east").resolve(name(number)).resolve("file0"), BAD);
    if (!Files.readString(read).equals(BAD)) {
      throw new RoundFailedException("the reader of " + name(number) + " does not see its primary");
    }
    return read;
  }

  /// @param most how long the switch is waited for
  /// @return seconds from sending the event
  private OptionalDouble switched(int number, Path read, HttpRequest event, Duration most)
      throws RoundFailedException {
    long start = System.nanoTime();
    CompletableFuture<HttpResponse<Void>> sent =
        http.sendAsync(event, HttpResponse.BodyHandlers.discarding());
    OptionalDouble seconds = OptionalDouble.empty();
    while (seconds.isEmpty() && System.nanoTime() - start < most.toNanos()) {
      if (isGood(read)) {
        seconds = OptionalDouble.of((System.nanoTime() - start) / 1e9);
      } else {
        LockSupport.parkNanos(200_000);
      }
    }
    int status = sent.join().statusCode();
    if (status / 100 != 2) {
      throw new RoundFailedException(
          "the broker answered %d for %s".formatted(status, name(number)));
    }
    return seconds;
  }

  /// A link that is just being replaced is one failed read.
  private static boolean isGood(Path file) {
    try {
      return Files.readString(file).equals(GOOD);
    } catch (IOException e) {
      return false;
    }
  }

  private String decisions(int number) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create(api + "/decisions?resource=" + name(number)))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }

  private void event(String id, String type, String data)
      throws RoundFailedException, IOException, InterruptedException {
    int status =
        http.send(request(id, type, data), HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status / 100 != 2) {
      throw new RoundFailedException("the broker answered " + status + " to " + type);
    }
  }

  private HttpRequest request(String id, String type, String data) {
    return HttpRequest.newBuilder(URI.create(broker))
        .header("content-type", "application/json")
        .header("ce-specversion", "1.0")
        .header("ce-id", id)
        .header("ce-source", "/bench")
        .header("ce-type", "dev.gnomon." + type + ".v1")
        .POST(HttpRequest.BodyPublishers.ofString(data))
        .build();
  }

  private static void waitUntil(long end, String complaint) throws RoundFailedException {
    if (System.nanoTime() > end) {
      throw new RoundFailedException(complaint);
    }
    LockSupport.parkNanos(50_000_000);
  }

  @Override
  public void close() {
    stack.close();
    liftFences();
  }

  /// The placeholders of fenced primaries can't be removed before they are mutable again.
  private void liftFences() {
    try {
      int ignored =
          new ProcessBuilder("chattr", "-R", "-i", directory.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
    } catch (IOException e) {
      // Without the program nothing was made immutable.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
