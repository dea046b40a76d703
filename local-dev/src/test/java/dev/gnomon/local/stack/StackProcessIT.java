package dev.gnomon.local.stack;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.local.cli.Shell;
import dev.gnomon.s3.S3ObjectStores;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged stack as a process.
class StackProcessIT {
  @TempDir Path directory;

  @Test
  void itSaysWhereItIsTakesEventsAndStopsCleanly() throws Exception {
    try (StackProcess stack = StackProcess.start(directory)) {
      JsonNode addresses = stack.addresses();
      assertThat(addresses.path("pid").asLong()).isEqualTo(stack.pid());
      assertThat(addresses.path("broker").asText()).startsWith("http://127.0.0.1:");
      assertThat(addresses.path("redis").asText()).startsWith("redis://:");
      assertThat(addresses.path("control").asText()).isEqualTo("west");
      assertThat(addresses.path("s3").path("east").path("endpoint").asText())
          .startsWith("http://127.0.0.1:");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stack.addressFile())))
          .isEqualTo("rw-------");
      assertThat(stack.post("1", "dev.gnomon.unknown.v1")).isEqualTo(202);
      assertThat(stack.get("/broker/dead-letters").statusCode()).isEqualTo(200);
      stack.awaitHealthy();
      assertThat(stack.get("/routes").statusCode()).isEqualTo(200);

      assertThat(stack.terminate()).isZero();
      assertThat(stack.addressFile()).doesNotExist();
      await().untilAsserted(() -> assertThat(stack.processes()).isEmpty());
      assertThat(stack.output()).contains("Gnomon is up").doesNotContain("ERROR");
    }
  }

  @Test
  void ctrlCStopsItCleanlyToo() throws Exception {
    try (StackProcess stack = StackProcess.start(directory)) {
      assertThat(stack.interrupt()).isZero();
      assertThat(stack.addressFile()).doesNotExist();
      await().untilAsserted(() -> assertThat(stack.processes()).isEmpty());
      assertThat(stack.output()).doesNotContain("ERROR").doesNotContain("Exception");
    }
  }

  @Test
  void downStopsItAndSaysSo() throws Exception {
    try (StackProcess stack = StackProcess.start(directory)) {
      Shell down = Shell.run("down", "--data", directory.resolve("data").toString());
      assertThat(down.code()).as(down.err()).isZero();
      assertThat(stack.awaitEnd()).isZero();
      assertThat(stack.addressFile()).doesNotExist();
      await().untilAsserted(() -> assertThat(stack.processes()).isEmpty());
    }
  }

  @Test
  void toldToStopWhileItStartsItEndsWellAndLeavesNothing() throws Exception {
    try (StackProcess stack = StackProcess.launch(directory, Map.of())) {
      await()
          .until(() -> stack.processes().stream().anyMatch(line -> line.contains("redis-server")));
      assertThat(stack.terminate()).isZero();
      assertThat(stack.addressFile()).doesNotExist();
      await().untilAsserted(() -> assertThat(stack.processes()).isEmpty());
    }
  }

  @Test
  void withJsonItSaysThatItIsReadyInJsonAndNothingElseOnStandardOutput() throws Exception {
    try (StackProcess stack = StackProcess.launchJson(directory)) {
      stack.awaitReady();
      assertThat(stack.terminate()).isZero();
      JsonNode said = Json.MAPPER.readTree(stack.output());
      assertThat(said.path("pid").asLong()).isEqualTo(stack.pid());
      assertThat(said.path("api").asText()).startsWith("http://127.0.0.1:");
    }
  }

  @Test
  void wrongSettingsAreSaidALineEach() throws Exception {
    try (StackProcess stack =
        StackProcess.launch(
            directory,
            Map.of("GNOMON_LOCAL_SWEEP_EVERY", "often", "GNOMON_EVENTS_MAX_BYTES", "many"))) {
      assertThat(stack.awaitEnd()).isEqualTo(1);
      assertThat(stack.output().lines())
          .anyMatch(line -> line.startsWith("gnomon: ") && line.endsWith("2 settings are wrong:"))
          .anyMatch(line -> line.strip().startsWith("gnomon.local.sweep-every: "))
          .anyMatch(line -> line.strip().startsWith("gnomon.events.max-bytes: "));
      assertThat(stack.output()).doesNotContain("x0a");
    }
  }

  @Test
  void nothingIsLeftBehindWhenItIsKilledAndItStartsAgain() throws Exception {
    try (StackProcess stack = StackProcess.start(directory)) {
      assertThat(stack.processes()).anyMatch(line -> line.contains("redis-server"));
      stack.kill();
      await().untilAsserted(() -> assertThat(stack.processes()).isEmpty());
    }
    try (StackProcess again = StackProcess.start(directory)) {
      again.awaitHealthy();
    }
  }

  @Test
  void readinessNamesTheStoreThatIsAway() throws Exception {
    Path cells = directory.resolve("data/cells");
    try (StackProcess stack = StackProcess.start(directory)) {
      Files.move(cells.resolve("west"), cells.resolve("moved"));
      HttpResponse<String> withoutControl = stack.get("/q/health/ready");
      HttpResponse<String> alive = stack.get("/q/health/live");
      Files.move(cells.resolve("moved"), cells.resolve("west"));
      Files.move(cells.resolve("east"), cells.resolve("moved"));
      HttpResponse<String> withoutAnother = stack.get("/q/health/ready");
      Files.move(cells.resolve("moved"), cells.resolve("east"));

      assertThat(withoutControl.statusCode()).isEqualTo(503);
      assertThat(withoutControl.body())
          .containsPattern("\"control store west\": \".*is gone: is it mounted")
          .containsPattern("\"Redis\": \"ok\"");
      assertThat(alive.statusCode()).isEqualTo(200);
      assertThat(withoutAnother.statusCode()).isEqualTo(200);
      assertThat(withoutAnother.body())
          .containsPattern("\"store east\": \"work goes on without it: .*is gone");
      assertThat(stack.get("/q/health/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aSecondStackOnTheSameDataIsRefused() throws Exception {
    try (StackProcess first = StackProcess.start(directory);
        StackProcess second = StackProcess.launch(directory, Map.of())) {
      assertThat(second.awaitEnd()).isEqualTo(1);
      assertThat(second.output()).contains("a stack runs on").contains("process " + first.pid());
      first.awaitHealthy();
    }
  }

  @Test
  void theStoreOfALocalCellCanBeReadWithTheStackDown() throws Exception {
    ObjectName name = new ObjectName("store/by-s3@1");
    try (StackProcess stack = StackProcess.start(directory)) {
      JsonNode east = stack.addresses().path("s3").path("east");
      S3ObjectStores.open(
              URI.create(
                  "s3+" + east.path("endpoint").asText() + "/" + east.path("bucket").asText()),
              east.path("accessKey").asText(),
              east.path("secretKey").asText(),
              "")
          .create(name, new byte[] {1, 2, 3});
      stack.terminate();
    }
    var store =
        DirectoryObjectStore.openExisting(directory.resolve("data/cells/east"), Clock.systemUTC());
    try (var in = store.read(name, ByteRange.ALL).orElseThrow()) {
      assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
    }
  }
}
