package dev.gnomon.core.letters;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectName;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Letters that were only counted, because there was no room for them. A process writes down when
/// it has counted 1, 2, 4, 8 ... of them, `dead-letters/beyond/<process>/<power>`: a flood of a
/// million is twenty records, and what is known afterwards is at least half of what came.
/// Thread-safe.
final class Beyond {
  static final String FOLDER = "dead-letters/beyond/";

  private final ControlRecords records;
  private final String process;
  private final AtomicLong counted = new AtomicLong();

  /// @param process a random name of this process
  Beyond(ControlRecords records, String process) {
    this.records = records;
    this.process = process;
  }

  /// The last one that was counted.
  record Counted(long count, Instant time, String type, String destination) {}

  void count(DeadEvent event) {
    long now = counted.incrementAndGet();
    if (Long.bitCount(now) == 1) {
      ObjectName name =
          new ObjectName(
              FOLDER + process + "/" + "%02d".formatted(Long.numberOfTrailingZeros(now)));
      records.create(name, new Counted(now, records.time(), event.type(), event.destination()));
    }
  }

  /// How many are known to have been counted by all processes, at least.
  long atLeast() {
    Map<String, Long> ofProcesses = new HashMap<>();
    for (ObjectName name : records.names(FOLDER)) {
      String[] parts = name.value().substring(FOLDER.length()).split("/", -1);
      if (parts.length == 2 && parts[1].matches("[0-9]{2}")) {
        ofProcesses.merge(parts[0], 1L << Math.min(62, Integer.parseInt(parts[1])), Math::max);
      }
    }
    long all = Math.max(counted.get() - ofProcesses.getOrDefault(process, 0L), 0);
    for (long one : ofProcesses.values()) {
      all += one;
    }
    return all;
  }
}
