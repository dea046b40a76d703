package dev.gnomon.bench.scenarios;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.TakenName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// The object store of a cell in virtual time: in memory, and away while its cell is. Passes the
/// contract of all stores. Thread-safe.
final class MemoryObjects implements ObjectStore {
  private static final int MAX_PAGE = 1000;

  private final NavigableMap<ObjectName, Entry> objects = new ConcurrentSkipListMap<>();
  private final Clock clock;
  private volatile boolean away;

  private record Entry(byte[] content, Instant modified) {}

  MemoryObjects(Clock clock) {
    this.clock = clock;
  }

  /// While it is away every call is a transient fault.
  void away(boolean isAway) {
    away = isAway;
  }

  private void reach() {
    if (away) {
      throw new ObjectStoreException(Kind.TRANSIENT, "the cell does not answer");
    }
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    reach();
    Entry entry = new Entry(content.clone(), clock.instant());
    return objects.putIfAbsent(name, entry) == null
        ? new Creation.Created()
        : new Creation.AlreadyExists();
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    reach();
    try {
      byte[] bytes = content.readAllBytes();
      Entry taken = objects.putIfAbsent(name, new Entry(bytes, clock.instant()));
      if (taken != null && !Arrays.equals(taken.content(), bytes)) {
        throw TakenName.fault("storing '" + name + "'", bytes.length, taken.content().length);
      }
      return bytes.length;
    } catch (IOException e) {
      throw new UncheckedIOException("the content of '" + name + "' can't be read", e);
    }
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    reach();
    return Optional.ofNullable(objects.get(name))
        .map(entry -> {
          int size = entry.content().length;
          int from = (int) Math.min(range.offset(), size);
          int length = (int) Math.min(range.length(), size - from);
          return new ByteArrayInputStream(entry.content(), from, length);
        });
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    reach();
    return Optional.ofNullable(objects.get(name)).map(entry -> stat(name, entry));
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    reach();
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_PAGE + ": " + limit);
    }
    List<ObjectStat> page = new ArrayList<>();
    var from = after.isPresent() ? objects.tailMap(after.get(), false) : objects;
    for (Map.Entry<ObjectName, Entry> object : from.entrySet()) {
      if (object.getKey().value().startsWith(prefix)) {
        if (page.size() == limit) {
          return new ObjectPage(page, Optional.of(page.getLast().name()));
        }
        page.add(stat(object.getKey(), object.getValue()));
      }
    }
    return new ObjectPage(page, Optional.empty());
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    reach();
    names.forEach(objects::remove);
  }

  @Override
  public Instant time() {
    reach();
    return clock.instant();
  }

  private static ObjectStat stat(ObjectName name, Entry entry) {
    return new ObjectStat(name, entry.content().length, entry.modified());
  }
}
