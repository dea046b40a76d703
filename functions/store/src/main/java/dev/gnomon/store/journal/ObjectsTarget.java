package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

/// Values as the objects of a store, below its prefix; the key is the name. Keys that are no names
/// of objects (see [ObjectName]) are refused, and metadata is not kept: the store's port has none.
public final class ObjectsTarget implements KeyedTarget {
  private static final int PAGE = 1000;

  private final ObjectStore objects;

  public ObjectsTarget(ObjectStore objects) {
    this.objects = objects;
  }

  @Override
  public Optional<String> refuses(Key key) {
    try {
      ObjectName name = new ObjectName(key.raw());
      return name.value().isEmpty() ? Optional.of("it is empty") : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("'%s' is no name of an object".formatted(Keys.display(key)));
    }
  }

  @Override
  public Iterator<Item> items() {
    return new Iterator<>() {
      private Iterator<ObjectStat> page = List.<ObjectStat>of().iterator();
      private Optional<ObjectName> after = Optional.empty();
      private boolean started;

      @Override
      public boolean hasNext() {
        while (!page.hasNext() && (!started || after.isPresent())) {
          ObjectPage next = objects.list("", after, PAGE);
          started = true;
          page = next.objects().iterator();
          after = next.next();
        }
        return page.hasNext();
      }

      @Override
      public Item next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return item(page.next());
      }
    };
  }

  @Override
  public Optional<Item> item(Key key) {
    return objects.stat(name(key)).map(ObjectsTarget::item);
  }

  @Override
  public Optional<InputStream> read(Key key) {
    return objects.read(name(key), ByteRange.ALL);
  }

  @Override
  public void put(Key key, Map<String, String> metadata, Supplier<InputStream> content) {
    try (InputStream in = content.get()) {
      objects.put(name(key), in);
    } catch (IOException e) {
      throw new UncheckedIOException("closing the content of '" + Keys.display(key) + "'", e);
    }
  }

  @Override
  public void delete(Key key) {
    objects.delete(List.of(name(key)));
  }

  /// Every put is durable when it returns.
  @Override
  public void flush() {}

  private static Item item(ObjectStat stat) {
    return new Item(Key.of(stat.name().value().getBytes(US_ASCII)), stat.sizeBytes());
  }

  private ObjectName name(Key key) {
    refuses(key)
        .ifPresent(why -> {
          throw new Refusal(why);
        });
    return new ObjectName(key.raw());
  }
}
