package dev.gnomon.store;

import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A keyed store in memory.
class MapTarget implements KeyedTarget {
  private final ConcurrentSkipListMap<Key, byte[]> values = new ConcurrentSkipListMap<>();
  private final AtomicInteger looks = new AtomicInteger();

  /// Hashes of values, which compare.
  SortedMap<String, Integer> contents() {
    SortedMap<String, Integer> contents = new TreeMap<>();
    values.forEach((key, value) -> contents.put(key.raw(), Arrays.hashCode(value)));
    return contents;
  }

  void set(Key key, byte[] value) {
    values.put(key, value);
  }

  Optional<byte[]> get(Key key) {
    return Optional.ofNullable(values.get(key));
  }

  /// How many values were looked at.
  int looks() {
    return looks.get();
  }

  @Override
  public Optional<String> refuses(Key key) {
    return Optional.empty();
  }

  @Override
  public Iterator<Item> items() {
    return List.copyOf(values.entrySet()).stream()
        .map(entry -> new Item(entry.getKey(), entry.getValue().length))
        .iterator();
  }

  @Override
  public Optional<Item> item(Key key) {
    looks.incrementAndGet();
    return get(key).map(value -> new Item(key, value.length));
  }

  @Override
  public Optional<InputStream> read(Key key) {
    return get(key).map(ByteArrayInputStream::new);
  }

  @Override
  public Batch batch() {
    return new Batch() {
      @Override
      public Prepared prepare(
          Key key, Map<String, String> metadata, Supplier<InputStream> content) {
        return MapTarget.this.prepare(key, content);
      }

      @Override
      public void settle() {}
    };
  }

  private Prepared prepare(Key key, Supplier<InputStream> content) {
    byte[] value;
    try (InputStream in = content.get()) {
      value = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Prepared() {
      @Override
      public void publish() {
        values.put(key, value);
      }

      @Override
      public void drop() {}
    };
  }

  @Override
  public void delete(Key key) {
    values.remove(key);
  }

  @Override
  public void flush() {}
}
