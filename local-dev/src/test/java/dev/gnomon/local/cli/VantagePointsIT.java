package dev.gnomon.local.cli;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.probes.MemoryProbeBook;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.probes.Verdict;
import dev.gnomon.core.probes.WatchCells;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import dev.gnomon.events.ProbeObserved;
import dev.gnomon.local.servers.CellBucket;
import dev.gnomon.local.servers.EmbeddedS3;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two probing processes, each in a network namespace of its own, and the store of a cell that each
/// reaches on its own way. What they tell is judged as the function does it.
class VantagePointsIT {
  private static final CellName EAST = new CellName("east");
  private static final String CELL =
      "10.215."
          + ProcessHandle.current().pid() % 250
          + "."
          + (1 + ProcessHandle.current().pid() / 250 % 250);

  @TempDir Path directory;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final WatchCells watch =
      new WatchCells(
          new Catalogue(
              List.of(new Cell(EAST, Optional.empty())),
              EAST,
              List.of(),
              Catalogue.DEFAULT_CLOCK_TOLERANCE,
              List.of()),
          new MemoryProbeBook());
  private final List<Foreseen> foreseen = new CopyOnWriteArrayList<>();
  private final Map<String, ProbeObserved> newest = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private volatile Verdict verdict = new Verdict.Missing();
  private Namespace one;
  private Namespace other;
  private Forwarder cell;

  @BeforeEach
  void lay() throws Exception {
    Namespace.require("VantagePointsIT");
    Namespace.run("ip", "addr", "add", CELL + "/32", "dev", "lo");
    open.add(() -> Namespace.run("ip", "addr", "del", CELL + "/32", "dev", "lo"));
    one = opened(Namespace.open(0, CELL));
    other = opened(Namespace.open(1, CELL));
    Path cells = Files.createDirectories(directory.resolve("cells"));
    Files.createDirectories(cells.resolve("east"));
    EmbeddedS3 s3 =
        opened(
            EmbeddedS3.start(cells, List.of(CellBucket.of(EAST, "key-of-east", "secret-of-east"))));
    cell = opened(Forwarder.start(CELL, s3.endpoint().getPort()));
    probe("one", one);
    probe("other", other);
  }

  @AfterEach
  void clear() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private void probe(String name, Namespace from) throws IOException {
    HttpServer broker = HttpServer.create(new InetSocketAddress(from.here(), 0), 0);
    broker.createContext(
        "/",
        exchange -> {
          take(EventJson.MAPPER.readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    broker.start();
    open.add(() -> broker.stop(0));
    Path config =
        Files.writeString(
            directory.resolve("gnomon.yaml"),
            "cells: [{ name: east, store: { url: \"s3+http://%s:%d/east\" } }]\nresources: []\n"
                .formatted(CELL, cell.port()));
    ProcessBuilder builder =
        new ProcessBuilder(
                from.command(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.gnomon.local.cli.Gnomon",
                    "probe",
                    "--from",
                    name,
                    "--config",
                    config.toString(),
                    "--to",
                    "http://" + from.here() + ":" + broker.getAddress().getPort(),
                    "--every",
                    "1s",
                    "--patience",
                    "10s"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile());
    builder.environment().put("AWS_ACCESS_KEY_ID", "key-of-east");
    builder.environment().put("AWS_SECRET_ACCESS_KEY", "secret-of-east");
    Process process = builder.start();
    open.add(() -> {
      process.destroy();
      process.waitFor(1, TimeUnit.MINUTES);
    });
  }

  private synchronized void take(JsonNode event) throws IOException {
    JsonNode data = event.get("data");
    new EventSchemas()
        .check(EventTypes.find(event.get("type").asText()).orElseThrow(), data.toString())
        .forEach(violation -> refused.add(violation.toString()));
    ProbeObserved observed = EventJson.MAPPER.treeToValue(data, ProbeObserved.class);
    newest.put(observed.vantage(), observed);
    AtomicInteger count = failures.computeIfAbsent(observed.vantage(), each -> new AtomicInteger());
    count.set(observed.reason().isPresent() ? count.get() + 1 : 0);
    WatchCells.Watched watched =
        watch.observe(
            new Probed(
                observed.vantage(),
                new CellName(observed.cell()),
                Probed.Target.STORE,
                observed.time(),
                observed.latencySeconds().map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                observed.reason()),
            Instant.now());
    verdict = watched.verdict();
    watched.foreseen().ifPresent(foreseen::add);
  }

  private void awaitBothWell() {
    await()
        .until(() ->
            newest.size() == 2
                && newest.values().stream().allMatch(each -> each.reason().isEmpty())
                && verdict instanceof Verdict.Well);
  }

  @Test
  void oneCutPathIsInconclusiveTwoAreEvidenceAndADeadCellIsNoticed() throws Exception {
    awaitBothWell();

    one.cut();
    await().until(() -> failures.get("one").get() >= 4);
    assertThat(verdict).isEqualTo(new Verdict.Inconclusive());
    assertThat(foreseen).isEmpty();

    other.cut();
    await().until(() -> !foreseen.isEmpty());
    assertThat(foreseen.getFirst().evidence())
        .hasSize(2)
        .anyMatch(text -> text.contains("from one"))
        .anyMatch(text -> text.contains("from other"));

    one.mend();
    other.mend();
    awaitBothWell();
    foreseen.clear();

    cell.close();
    await().until(() -> !foreseen.isEmpty());
    assertThat(foreseen.getFirst().subject()).hasToString("cell:east");
    assertThat(refused).as("what breaks the schema").isEmpty();
  }
}
