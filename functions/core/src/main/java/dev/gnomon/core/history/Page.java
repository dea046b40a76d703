package dev.gnomon.core.history;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Moments of one resource as they are stored.
///
/// @param from the first moment
/// @param times seconds after `from`, a column
/// @param columns by cell and metric; each as long as `times`
public record Page(
    ResourceName resource, Instant from, String times, Map<CellName, Map<Metric, String>> columns) {
  /// @param moments at least one, in the order of their times
  static Page of(ResourceName resource, List<Moment> moments) {
    Instant from = moments.getFirst().at();
    long[] times =
        moments.stream()
            .mapToLong(moment -> moment.at().getEpochSecond() - from.getEpochSecond())
            .toArray();
    Set<CellName> cells = new LinkedHashSet<>();
    moments.forEach(moment -> cells.addAll(moment.places().keySet()));
    Map<CellName, Map<Metric, String>> columns = new LinkedHashMap<>();
    for (CellName cell : cells) {
      Map<Metric, String> own = new EnumMap<>(Metric.class);
      for (Metric metric : Metric.values()) {
        long[] values = moments.stream().mapToLong(moment -> whole(moment, cell, metric)).toArray();
        for (long value : values) {
          if (value != Column.UNKNOWN) {
            own.put(metric, Column.encode(values));
            break;
          }
        }
      }
      columns.put(cell, own);
    }
    return new Page(resource, from, Column.encode(times), columns);
  }

  private static long whole(Moment moment, CellName cell, Metric metric) {
    Double value = moment.places().getOrDefault(cell, Map.of()).get(metric);
    return value == null ? Column.UNKNOWN : metric.whole(value);
  }

  /// @throws IllegalArgumentException if it is damaged
  List<Moment> moments() {
    long[] seconds = Column.decode(times);
    List<Map<CellName, Map<Metric, Double>>> places = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      places.add(new LinkedHashMap<>());
    }
    columns.forEach((cell, own) ->
        own.forEach((metric, text) -> {
          long[] values = Column.decode(text);
          if (values.length != seconds.length) {
            throw new IllegalArgumentException(
                "%s of %s has %d values for %d times"
                    .formatted(metric.text(), cell, values.length, seconds.length));
          }
          for (int i = 0; i < values.length; i++) {
            if (values[i] != Column.UNKNOWN) {
              places
                  .get(i)
                  .computeIfAbsent(cell, any -> new EnumMap<>(Metric.class))
                  .put(metric, metric.value(values[i]));
            }
          }
        }));
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      moments.add(new Moment(from.plusSeconds(seconds[i]), places.get(i)));
    }
    return moments;
  }
}
