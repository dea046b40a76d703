package dev.gnomon.verification.objects;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
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
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/// An object store in memory that passes [ObjectStoreContract]. Thread-safe; its clock is injected.
/// Tests can also damage and take away what it holds, as a failing disk would.
public final class InMemoryObjectStore implements ObjectStore {
  private static final int MAX_PAGE = 1000;

  private final NavigableMap<ObjectName, Entry> objects = new ConcurrentSkipListMap<>();
  private final Clock clock;

  private record Entry(byte[] content, Instant modified) {}

  public InMemoryObjectStore(Clock clock) {
    this.clock = clock;
  }

  /// A store on the system's clock.
  public InMemoryObjectStore() {
    this(Clock.systemUTC());
  }

  /// Another store with the same content.
  public InMemoryObjectStore copy() {
    InMemoryObjectStore copy = new InMemoryObjectStore(clock);
    copy.objects.putAll(objects);
    return copy;
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    Entry entry = new Entry(content.clone(), clock.instant());
    return objects.putIfAbsent(name, entry) == null
        ? new Creation.Created()
        : new Creation.AlreadyExists();
  }

  @Override
  public long put(ObjectName name, InputStream content) {
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
    return Optional.ofNullable(objects.get(name)).map(entry -> stat(name, entry));
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_PAGE + ": " + limit);
    }
    List<ObjectStat> page = new ArrayList<>();
    for (var object :
        (after.isPresent() ? objects.tailMap(after.get(), false) : objects).entrySet()) {
      if (!object.getKey().value().startsWith(prefix)) {
        continue;
      }
      if (page.size() == limit) {
        return new ObjectPage(page, Optional.of(page.getLast().name()));
      }
      page.add(stat(object.getKey(), object.getValue()));
    }
    return new ObjectPage(page, Optional.empty());
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    names.forEach(objects::remove);
  }

  @Override
  public Instant time() {
    return clock.instant();
  }

  /// Replaces an object's bytes behind everybody's back, as bit rot or a careless hand would.
  ///
  /// @throws IllegalArgumentException if there is no such object
  public void damage(ObjectName name, UnaryOperator<byte[]> damage) {
    if (objects.computeIfPresent(
            name, (n, entry) -> new Entry(damage.apply(entry.content().clone()), entry.modified()))
        == null) {
      throw new IllegalArgumentException("nothing to damage under '" + name + "'");
    }
  }

  /// Lays bytes under a name behind everybody's back, whatever it holds.
  public void exchange(ObjectName name, byte[] content) {
    objects.put(name, new Entry(content.clone(), clock.instant()));
  }

  /// All names held now, in order.
  public List<ObjectName> names() {
    return List.copyOf(objects.keySet());
  }

  private static ObjectStat stat(ObjectName name, Entry entry) {
    return new ObjectStat(name, entry.content().length, entry.modified());
  }
}
