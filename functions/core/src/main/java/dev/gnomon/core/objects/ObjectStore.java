package dev.gnomon.core.objects;

import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/// Objects under names, as every good S3 offers them. Thread-safe. Faults are
/// [ObjectStoreException]s; expected outcomes (taken name, missing object) are values.
public interface ObjectStore {

  /// Creates an object if its name is free (`If-None-Match: *`): of any number of racing callers at
  /// most one gets `Created`, and the content is then durable. For small objects (at most 16 MiB).
  /// A repeat after a lost answer gives `AlreadyExists`; who needs to know whether it was the
  /// caller's own attempt reads the object back (see ControlRecords).
  Creation create(ObjectName name, byte[] content);

  /// Stores a stream of unknown length under a free name (its caller uses it only once: it holds a
  /// fresh UUID), with memory bounded by one upload part. Durable on return; a failed put leaves no
  /// object that can be read, or a whole one. Does not close the stream.
  ///
  /// Nothing is ever written over: a name that holds these very bytes counts as stored (an answer
  /// was lost), one that holds others is a PERMANENT fault (see TakenName). Servers may not keep
  /// the condition at the end of a large put (see LargePutTrial): the name is looked at before as
  /// well, so that there only two puts of one name at the same moment are not kept apart.
  ///
  /// @return bytes stored
  /// @throws java.io.UncheckedIOException if `content` can't be read; the store is not at fault
  long put(ObjectName name, InputStream content);

  /// Reads an object or a part of it. The stream throws an [ObjectStoreException] (wrapped in an
  /// IOException where it must be) if fewer bytes arrive than were announced.
  ///
  /// @return empty if there is no such object; an empty stream if the range starts at or after its
  ///   end
  Optional<InputStream> read(ObjectName name, ByteRange range);

  Optional<ObjectStat> stat(ObjectName name);

  /// Lists objects whose name starts with `prefix`, after the given name.
  ///
  /// @param limit 1 to 1000 objects a page
  ObjectPage list(String prefix, Optional<ObjectName> after, int limit);

  /// Deletes objects; names that are not there are fine.
  void delete(Collection<ObjectName> names);

  /// The store's own clock (the Date header of an answer), to the second or finer.
  Instant time();
}
