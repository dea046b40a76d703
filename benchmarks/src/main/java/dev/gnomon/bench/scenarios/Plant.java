package dev.gnomon.bench.scenarios;

import static java.util.Objects.requireNonNull;

import dev.gnomon.core.telemetry.Mapping;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.Sample.Kind;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Two services and the machines of two cells, a minute at a time: what they report, and whether
/// users are failed. Each service is computed twice from the same chances: as it is, and as it
/// would be if nobody ever switched. Not thread-safe.
final class Plant {
  static final List<String> SERVICES = List.of("orders", "ledger");
  private static final Strain NOTHING = new Strain();

  private final Map<String, SimulatedApp> real = new LinkedHashMap<>();
  private final Map<String, SimulatedApp> left = new LinkedHashMap<>();
  private final Random random;
  private final Map<String, SeriesKey> keys = new HashMap<>();
  private double grown;

  Plant(long seed) {
    this.random = new Random(seed);
    long chance = random.nextLong();
    for (Map<String, SimulatedApp> apps : List.of(real, left)) {
      apps.put(
          "orders",
          new SimulatedApp(Usual.ORDERS_A_SECOND, Usual.ORDER_SECONDS, true, new Random(chance)));
      apps.put(
          "ledger",
          new SimulatedApp(
              Usual.ENTRIES_A_SECOND, Usual.ENTRY_SECONDS, false, new Random(chance + 1)));
    }
  }

  /// @param service which one
  /// @param struck what is done to it where it is served now
  /// @param would what would be done to it at home
  record Served(String service, boolean struck, boolean would, boolean reports) {}

  /// @param failed users are failed now
  /// @param would they would be, if nobody had ever switched
  record Seen(boolean failed, boolean would) {}

  /// One minute of a service.
  Seen minute(Served served, Strain strain, Instant time, List<Sample> into) {
    SimulatedApp app = requireNonNull(real.get(served.service()), served.service());
    SimulatedApp other = requireNonNull(left.get(served.service()), served.service());
    boolean gone = strain.dead;
    boolean failed = app.minute(time, served.struck() ? strain : NOTHING);
    boolean would = other.minute(time, served.would() ? strain : NOTHING);
    if (served.reports()) {
      app.read((series, value, kind) ->
          into.add(sample(Mapping.RESOURCE_LABEL, served.service(), series, time, value, kind)));
    }
    return new Seen(failed || (gone && served.struck()), would || (gone && served.would()));
  }

  /// One minute of the machines of a cell.
  void machines(String cell, boolean home, Strain strain, Instant time, List<Sample> into) {
    Strain mine = home ? strain : NOTHING;
    grown += home ? 0.00001 : 0;
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("node_filesystem_used_ratio", Math.min(1, Usual.DISK_RATIO + grown + mine.disk));
    values.put("node_disk_io_wait_seconds", Usual.IO_SECONDS * noise(0.3) * mine.ioWait);
    values.put("node_cpu_utilization_ratio", Math.min(1, 0.13 * noise(0.06) + mine.stolen));
    values.put("node_network_retransmits", Math.max(0, 0.4 * noise(0.5) + mine.retransmits));
    values.put("smartmon_reallocated_sector_count", 3 + Math.floor(mine.sectors));
    values.put("smartmon_temperature_celsius", Math.rint(39 + mine.heat + random.nextGaussian()));
    values.forEach((series, value) ->
        into.add(sample(Mapping.CELL_LABEL, cell, series, time, value, Kind.GAUGE)));
  }

  private double noise(double width) {
    return Math.exp(width * random.nextGaussian());
  }

  private Sample sample(
      String label, String of, String series, Instant time, double value, Kind kind) {
    SeriesKey key =
        keys.computeIfAbsent(
            of + "|" + series,
            each -> {
              String[] parts = series.split("\\|");
              Map<String, String> labels = new HashMap<>(Map.of(label, of));
              for (int i = 1; i < parts.length; i++) {
                String[] pair = parts[i].split("=");
                labels.put(pair[0], pair[1]);
              }
              return SeriesKey.of(parts[0], labels);
            });
    return new Sample(key, time, value, kind);
  }

  /// Spoils what is sent, as the strain says.
  List<Sample> sent(List<Sample> samples, Strain strain) {
    List<Sample> sent = new ArrayList<>();
    for (Sample sample : samples) {
      boolean silent =
          Math.floorMod(sample.series().id().hashCode(), 1_000) < strain.silentShare * 1_000;
      if (!silent) {
        Instant time = sample.time().plusMillis((long) (strain.skewSeconds * 1e3));
        double value = strain.absurd ? absurd(sample.value()) : sample.value();
        sent.add(new Sample(sample.series(), time, value, sample.kind()));
      }
    }
    return sent;
  }

  private double absurd(double value) {
    return switch (random.nextInt(12)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> -1e9;
      case 3 -> 1e12;
      default -> value;
    };
  }
}
