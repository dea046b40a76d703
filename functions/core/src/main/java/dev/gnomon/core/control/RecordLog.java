package dev.gnomon.core.control;

import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.objects.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Numbered records 1, 2, 3 ... below a prefix, without gaps. The end is found by asking for names,
/// never by a list: from the last number this instance saw, else by galloping and halving.
/// Thread-safe; of racing writers of one number exactly one wins.
public final class RecordLog<T> {
  private final ControlRecords records;
  private final String prefix;
  private final Class<T> type;
  private final AtomicLong seen = new AtomicLong();

  /// @param prefix without a trailing slash
  public RecordLog(ControlRecords records, String prefix, Class<T> type) {
    this.records = records;
    this.prefix = prefix;
    this.type = type;
  }

  /// A record and its number.
  public record Numbered<T>(long number, T record) {}

  public ObjectName name(long number) {
    return ObjectName.of(prefix, "%020d".formatted(number));
  }

  /// The record with the greatest number.
  public Optional<Numbered<T>> last() {
    long end = end();
    return end == 0
        ? Optional.empty()
        : records.read(name(end), type).map(record -> new Numbered<>(end, record));
  }

  /// The greatest number, whether its record can be read or not; 0 if there is none.
  public long end() {
    long low = seen.get();
    long step = 1;
    while (records.exists(name(low + step))) {
      low += step;
      step *= 2;
    }
    for (step /= 2; step > 0; step /= 2) {
      if (records.exists(name(low + step))) {
        low += step;
      }
    }
    long end = low;
    seen.accumulateAndGet(end, Math::max);
    return end;
  }

  public Optional<T> get(long number) {
    return records.read(name(number), type);
  }

  /// Writes the record with this number if it is free and the one before it exists.
  ///
  /// @return the record that stands there now, and whether it is this one
  public Outcome<T> append(long number, T record) {
    if (number > 1 && number > seen.get() + 1 && !records.exists(name(number - 1))) {
      throw new IllegalArgumentException(
          "number %d of '%s' would leave a gap".formatted(number, prefix));
    }
    Outcome<T> outcome = records.create(name(number), record);
    seen.accumulateAndGet(number, Math::max);
    return outcome;
  }

  /// Every record, oldest first.
  public List<T> all() {
    List<T> all = new ArrayList<>();
    for (long number = 1; ; number++) {
      Optional<T> record = records.read(name(number), type);
      if (record.isEmpty()) {
        return all;
      }
      all.add(record.get());
    }
  }
}
