package dev.gnomon.store.journal;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Seal;
import dev.gnomon.store.blobs.StoreForm;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads and creates the objects of one journal.
///
/// @param form how their store keeps what they hold
record LogObjects(ObjectStore objects, ResourceName resource, Supplier<StoreForm> form) {
  /// Most bytes of a batch with the index that it gets as a segment; what stores take in one
  /// create.
  static final int MAX_BYTES = 16 << 20;

  /// Most bytes of an object that are read: indexes were not counted always.
  static final int MAX_READ_BYTES = 32 << 20;

  private static final int MAX_ROUNDS = 3;

  /// Seals and opens frames and indexes.
  Seal seal() {
    return form.get().objects();
  }

  Layout layout() {
    return Layout.of(objects, resource);
  }

  /// @return empty if there is no such object
  /// @throws DamagedJournalException if its header is not as it was written
  Optional<LogObject> read(ObjectName name) {
    return bytes(name, ByteRange.ALL).map(object -> parse(name, object));
  }

  /// Only the header.
  Optional<Header> header(ObjectName name) {
    return bytes(name, new ByteRange(0, Header.BYTES))
        .map(start -> {
          if (start.length < Header.BYTES) {
            throw damaged(name, "it ends within its header");
          }
          try {
            Header header = Header.read(start);
            header.requireOf(resource, name);
            return header;
          } catch (BlobFault e) {
            throw damaged(name, String.valueOf(e.getMessage()));
          }
        });
  }

  Optional<byte[]> bytes(ObjectName name, ByteRange range) {
    Optional<InputStream> content = objects.read(name, range);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = content.get()) {
      byte[] bytes = in.readNBytes((int) Math.min(range.length(), MAX_READ_BYTES + 1L));
      if (bytes.length > MAX_READ_BYTES) {
        throw damaged(name, "it has more than " + MAX_READ_BYTES + " bytes");
      }
      return Optional.of(bytes);
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading '" + name + "' failed");
    }
  }

  /// Creates an object whose bytes are this writer's alone, because a random part of them is.
  ///
  /// @return false if another one has the name
  boolean create(ObjectName name, byte[] object) {
    for (int round = 1; ; round++) {
      try {
        if (objects.create(name, object) instanceof Creation.Created) {
          return true;
        }
        return isOwn(name, object);
      } catch (ObjectStoreException e) {
        if (e.kind() == Kind.PERMANENT || round == MAX_ROUNDS) {
          throw e;
        }
        if (e.kind() == Kind.OUTCOME_UNKNOWN && objects.stat(name).isPresent()) {
          return isOwn(name, object);
        }
      }
    }
  }

  private boolean isOwn(ObjectName name, byte[] object) {
    return bytes(name, ByteRange.ALL).filter(there -> Arrays.equals(there, object)).isPresent();
  }

  LogObject parse(ObjectName name, byte[] object) {
    try {
      return LogObject.of(name, resource, object);
    } catch (BlobFault e) {
      throw damaged(name, String.valueOf(e.getMessage()));
    }
  }

  /// @throws DamagedJournalException if they are not as they were written
  List<Frame> frames(LogObject object) {
    try {
      return object.frames();
    } catch (BlobFault e) {
      throw damaged(object.name(), String.valueOf(e.getMessage()));
    }
  }

  DamagedJournalException damaged(ObjectName name, String why) {
    return new DamagedJournalException(
        name.value(),
        "object '%s' of the journal of %s is damaged: %s".formatted(name, resource, why));
  }

  /// Why a base or a segment that was listed is not there: the retention took it, or it is lost.
  ///
  /// @throws DamagedJournalException if that can't be told
  RuntimeException gone(ObjectName name) {
    Layout now = layout();
    if (now.isOlderThanABase(name, position -> Bases.read(this, position).batch())) {
      return new ExpiredMeanwhile(
          "object '%s' of the journal of %s was older than the retention and is deleted since it was listed: try again"
              .formatted(name, resource));
    }
    return damaged(name, "it was listed and is gone");
  }

  /// A batch is in no object.
  DamagedJournalException missing(long batch, String why) {
    return new DamagedJournalException(
        Layout.batch(resource, batch).value(),
        "the journal of %s is damaged: batch %d is missing, and %s"
            .formatted(resource, batch, why));
  }

  DamagedJournalException broken(String why) {
    return new DamagedJournalException("the journal of %s is damaged: %s".formatted(resource, why));
  }
}
