package dev.gnomon.local.stack;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.StoreSpec;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The parts of the stack, without its HTTP server.
class LocalStackTest {
  private static final CellName EAST = new CellName("east");
  private static final CellName WEST = new CellName("west");
  private static final Path MANIFESTS = Path.of("").toAbsolutePath().resolveSibling("knative");

  @TempDir Path directory;

  @AfterEach
  void nothingIsLeft() {
    assertThat(LocalStack.current()).isEmpty();
    await()
        .untilAsserted(() ->
            assertThat(
                    ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(line -> line.contains(directory.toString())))
                .isEmpty());
  }

  private UpOptions options(Path manifests, Cell... cells) {
    return new UpOptions(
        new Catalogue(
            List.of(cells), WEST, List.of(), Catalogue.DEFAULT_CLOCK_TOLERANCE, List.of()),
        directory.resolve("data"),
        OptionalInt.empty(),
        manifests,
        Optional.empty());
  }

  private static Cell local(CellName name) {
    return new Cell(name, Optional.empty());
  }

  private static Cell at(CellName name, String url) {
    return new Cell(
        name,
        Optional.of(
            new StoreSpec(
                URI.create(url),
                Optional.empty(),
                Optional.of("GNOMON_TEST_NO_SUCH_VARIABLE"),
                Optional.empty())));
  }

  @Test
  void aCellWithoutAStoreGetsADirectoryAndOneWithAStoreKeepsIt() throws Exception {
    Path elsewhere = directory.resolve("elsewhere");
    try (LocalStack stack =
        LocalStack.start(options(MANIFESTS, at(EAST, "file:" + elsewhere), local(WEST)))) {
      for (CellName cell : List.of(EAST, WEST)) {
        ObjectStore store = stack.store(cell).orElseThrow();
        store.create(new ObjectName("in-" + cell), new byte[] {1});
      }
      assertThat(elsewhere.resolve("in-east")).exists();
      assertThat(directory.resolve("data/cells/west/in-west")).exists();
      assertThat(stack.store(new CellName("north"))).isEmpty();

      stack.ready(URI.create("http://127.0.0.1:9/"), Optional.empty());
      JsonNode addresses = Json.MAPPER.readTree(directory.resolve("data/gnomon.json").toFile());
      assertThat(addresses.path("s3").has("west")).isTrue();
      assertThat(addresses.path("s3").has("east")).isFalse();
      assertThat(addresses.path("broker").asText()).isEqualTo("http://127.0.0.1:9/broker");
    }
    assertThat(directory.resolve("data/gnomon.json")).doesNotExist();
  }

  @Test
  void aRedisThatIsGivenIsUsed() {
    UpOptions own = options(MANIFESTS, local(WEST));
    UpOptions given =
        new UpOptions(
            own.catalogue(),
            own.data(),
            own.port(),
            own.manifests(),
            Optional.of("redis://127.0.0.1:1"));
    try (LocalStack stack = LocalStack.start(given)) {
      assertThat(stack.redisUrl()).isEqualTo("redis://127.0.0.1:1");
      assertThat(directory.resolve("data/redis")).doesNotExist();
    }
  }

  @Test
  void whatKeepsItFromStartingIsNamedAndNothingIsLeftRunning() throws Exception {
    assertThatThrownBy(() -> LocalStack.start(options(directory.resolve("no"), local(WEST))))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("manifests");
    assertThatThrownBy(
            () -> LocalStack.start(options(MANIFESTS, at(WEST, "s3+http://127.0.0.1:1/bucket"))))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("cell west")
        .hasMessageContaining("GNOMON_TEST_NO_SUCH_VARIABLE");
    Files.createDirectories(directory.resolve("data/queue"));
    Files.writeString(directory.resolve("data/queue/queue.db"), "no database".repeat(100));
    assertThatThrownBy(() -> LocalStack.start(options(MANIFESTS, local(WEST))))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("queue.db");
    Files.delete(directory.resolve("data/queue/queue.db"));
    LocalStack.start(options(MANIFESTS, local(WEST))).close();
  }
}
