package dev.gnomon.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.chaos.TroubledEvents;
import dev.gnomon.core.chaos.TroubledObjectStore;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.probes.StoreProbe;
import dev.gnomon.events.ProbeObserved;
import dev.gnomon.redis.RedisLink;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `probe`: asks cells from here whether they answer, and tells the stack.
@Command(
    name = "probe",
    description = {
      "Asks the stores of cells, and Redis, whether they answer, and tells the broker.",
      "Run one in each cell: what two of them miss has failed; one alone proves nothing."
    },
    mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /// Two probes of each vantage point have to fall into the minute that counts.
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final Duration WRITE_EVERY = Duration.ofMinutes(1);
  private static final Duration BROKER_ANSWERS_WITHIN = Duration.ofSeconds(5);

  private final Gnomon top;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "NAME",
      description = "This vantage point: a name that no other process has.")
  private String from = "";

  @Option(
      names = "--cell",
      paramLabel = "NAME",
      description = "A cell to ask; may be repeated (default: all of gnomon.yaml).")
  private List<String> cells = new ArrayList<>();

  @Option(
      names = "--redis",
      paramLabel = "CELL=URL",
      description = "A Redis in a cell to ask; may be repeated. @VARIABLE holds a URL.")
  private Map<String, String> redis = new LinkedHashMap<>();

  @Option(
      names = "--to",
      paramLabel = "URL",
      description = "The broker (default: that of the stack of the data directory).")
  private @Nullable URI to;

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      converter = Options.DurationConverter.class,
      description = "From one round to the next, 1s to 20s (default: 5s).")
  private Duration every = Duration.ofSeconds(5);

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      converter = Options.DurationConverter.class,
      description = "No answer within this is a failure (default: 3s).")
  private Duration patience = Duration.ofSeconds(3);

  @Option(names = "--once", description = "One round; the exit code is 1 if anything failed.")
  private boolean once;

  ProbeCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
      throw Failure.wrongUse("--every is 1s to 20s, found " + every);
    }
    EventSender sender =
        to == null
            ? EventSender.of(top.options.data())
            : EventSender.to(to, top.options.data(), BROKER_ANSWERS_WITHIN);
    List<AutoCloseable> open = new ArrayList<>();
    Injected injected = new Injected(System::nanoTime);
    try {
      List<PatientProbe> probes = probes(open, injected);
      TroubledSender told =
          new TroubledSender(
              sender,
              new TroubledEvents(injected, () -> ThreadLocalRandom.current().nextLong()),
              top.console::hint);
      while (true) {
        long begun = System.nanoTime();
        if (to == null) {
          suffer(injected);
        }
        boolean failed = round(probes, told);
        if (once) {
          return failed ? Failure.FAILED : 0;
        }
        long left = every.toNanos() - (System.nanoTime() - begun);
        TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
      }
    } finally {
      open.forEach(ProbeCommand::close);
    }
  }

  /// What an experiment does to the stack it does to what is seen from here.
  private void suffer(Injected injected) {
    try {
      JsonNode now = StackApi.of(top.options.data()).trouble();
      if (now.has("trouble")) {
        injected.renew(
            now.path("experiment").asText(),
            Json.MAPPER.treeToValue(now.path("trouble"), Trouble.class),
            every.plus(patience));
      } else {
        var unused = injected.lift();
      }
    } catch (Failure | JsonProcessingException e) {
      // What was known of it lapses by itself.
    }
  }

  private List<PatientProbe> probes(List<AutoCloseable> open, Injected injected) {
    List<PatientProbe> probes = new ArrayList<>();
    for (CellName cell : asked()) {
      StoreUrl.Opened store = StoreAddress.ofCell(top, cell.value()).open();
      open.add(store);
      StoreProbe probe =
          new StoreProbe(
              TroubledObjectStore.of(cell, store.objects().once(), injected),
              checkedName(),
              WRITE_EVERY);
      probes.add(
          new PatientProbe(
              cell, Probed.Target.STORE, () -> probe.failure(Instant.now()), patience));
    }
    redis.forEach((cell, url) -> {
      RedisLink link = RedisLink.open(url(url), () -> RedisCondition.of(injected));
      open.add(link);
      probes.add(
          new PatientProbe(
              new CellName(Names.checked(cell, CellName::new)),
              Probed.Target.REDIS,
              () -> link.answers() ? Optional.empty() : Optional.of("Redis does not answer"),
              patience));
    });
    return probes;
  }

  private List<CellName> asked() {
    return cells.isEmpty()
        ? StoreAddress.catalogue(top).cells().stream().map(Cell::name).toList()
        : cells.stream().map(name -> new CellName(Names.checked(name, CellName::new))).toList();
  }

  /// So that no password has to stand on the command line.
  private static String url(String text) {
    if (!text.startsWith("@")) {
      return text;
    }
    String value = System.getenv(text.substring(1));
    if (value == null || value.isBlank()) {
      throw Failure.wrongUse("--redis: the variable %s is not set".formatted(text.substring(1)));
    }
    return value;
  }

  private String checkedName() {
    return Names.checked(from, CellName::new);
  }

  /// All at once: one that hangs must not keep the others waiting.
  private boolean round(List<PatientProbe> probes, TroubledSender sender)
      throws InterruptedException {
    probes.forEach(PatientProbe::begin);
    boolean failed = false;
    for (PatientProbe probe : probes) {
      PatientProbe.Result result = probe.end();
      failed |= result.failure().isPresent();
      tell(probe, result);
      try {
        sender.send(event(probe, result));
      } catch (Failure e) {
        if (once) {
          throw e;
        }
        top.console.hint("not told: " + e.getMessage());
      }
    }
    return failed;
  }

  private ProbeObserved event(PatientProbe probe, PatientProbe.Result result) {
    return new ProbeObserved(
        checkedName(),
        probe.cell().value(),
        switch (probe.target()) {
          case STORE -> ProbeObserved.Target.STORE;
          case REDIS -> ProbeObserved.Target.REDIS;
        },
        result.failure().isPresent() ? ProbeObserved.Outcome.FAILED : ProbeObserved.Outcome.OK,
        result.time(),
        result.seconds().isPresent()
            ? Optional.of(result.seconds().getAsDouble())
            : Optional.empty(),
        result.failure());
  }

  private void tell(PatientProbe probe, PatientProbe.Result result) {
    OptionalDouble seconds = result.seconds();
    top.console.line(
        "%s %s of %s: %s"
            .formatted(
                result.time(),
                probe.target() == Probed.Target.STORE ? "store" : "Redis",
                probe.cell(),
                result
                    .failure()
                    .map(why -> "FAILED: " + why)
                    .orElseGet(() -> "ok, %.0f ms".formatted(1e3 * seconds.orElse(0)))));
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new IllegalStateException("it can't be closed", e);
    }
  }
}
