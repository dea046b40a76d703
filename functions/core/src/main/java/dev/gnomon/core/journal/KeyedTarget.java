package dev.gnomon.core.journal;

import java.io.InputStream;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A place that holds values under keys, such as a directory or the objects below a prefix. Used by
/// several threads, each key by one at a time. Faults are ObjectStoreExceptions or
/// UncheckedIOExceptions that name the key.
public interface KeyedTarget {

  /// Why a key can't be held here; empty if it can. Looks at the key alone.
  Optional<String> refuses(Key key);

  /// All keys, ascending. What is no value of this kind (a link, a device) is left out.
  Iterator<Item> items();

  /// @return empty if the key has no value
  Optional<Item> item(Key key);

  /// @return empty if the key has no value
  Optional<InputStream> read(Key key);

  /// For values that are to be set together.
  Batch batch();

  /// A key without a value is fine.
  void delete(Key key);

  /// Makes all that was written durable.
  void flush();

  /// Sets values in two steps. Used by several threads.
  interface Batch {
    /// Does all of it that can be done while the old value stands. What came of it is published or
    /// dropped: the old value or the new one is there at any moment, never a part.
    ///
    /// @param content called again for each try
    Prepared prepare(Key key, Map<String, String> metadata, Supplier<InputStream> content);

    /// Makes what was prepared durable where a loss of power could otherwise take both values, the
    /// old one and the new one, once it is published. One call for many is cheaper than one each.
    void settle();
  }

  /// A value that is ready to take the place of the old one. For one thread at a time.
  interface Prepared {
    /// The new value is there from now on.
    void publish();

    /// It is not wanted any more; the old value stays. Does nothing after [#publish].
    void drop();
  }

  /// @param size in bytes
  record Item(Key key, long size) {}
}
