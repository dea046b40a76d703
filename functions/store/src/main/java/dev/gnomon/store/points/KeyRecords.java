package dev.gnomon.store.points;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.keys.DataKey;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.WrongKeyException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The data key of a store, wrapped by each of its master keys: `store/keys/<data key>/<master
/// key>`, the names being fingerprints. They are the only records of an encrypted store, beside
/// `store/format`, that are not sealed.
///
/// A wrapping that is about to be removed is marked first, by `store/keys/<data key>/removing/
/// <master key>`. Who removes one makes sure that the one that stays is there and not marked, after
/// it set its own mark: so of two who remove each other's, one at least sees the other. Marks can
/// be taken away while somebody is held up, so whoever deleted a wrapping opens the store once more
/// with the key that stays, and if that fails puts the deleted one back: of several who delete, the
/// last one finds out. Thread-safe.
public final class KeyRecords {
  private static final String KEYS = "store/keys/";
  private static final String REMOVING = "removing";
  private static final int MAX_BYTES = 1 << 20;

  private final ObjectStore objects;
  private final Records records;
  private final String dataKey;

  /// @param dataKey id of the store's data key
  public KeyRecords(ObjectStore objects, String dataKey) {
    this.objects = objects;
    this.records = new Records(objects, () -> StoreForm.FORMAT_1);
    this.dataKey = dataKey;
  }

  /// One wrapping of the data key.
  ///
  /// @param masterKey fingerprint of the master key
  /// @param description what a person recognises that by
  @SuppressWarnings("ArrayRecordComponent") // encoded value, never compared
  public record Wrapping(
      String dataKey, String masterKey, String description, Instant created, byte[] wrapped) {}

  /// A wrapping as it is listed.
  ///
  /// @param wrapping empty if its object is damaged
  /// @param removing whether somebody began to remove it
  public record Listed(String masterKey, Optional<Wrapping> wrapping, boolean removing) {
    @Override
    public String toString() {
      return wrapping
          .map(found -> "%s (%s)".formatted(masterKey, found.description()))
          .orElse(masterKey + " (damaged)");
    }
  }

  /// Unwraps the data key.
  ///
  /// @throws WrongKeyException if it is not wrapped by this master key, naming those by which it is
  public DataKey open(MasterKey master) {
    Wrapping wrapping = wrapping(master);
    DataKey opened = DataKey.unwrapped(wrapping.wrapped(), dataKey, master);
    if (!wrapping.dataKey().equals(dataKey) || !opened.id().equals(dataKey)) {
      throw new WrongKeyException(
          "object '%s' holds the data key %s, expected %s"
              .formatted(name(master.fingerprint()), opened.id(), dataKey));
    }
    return opened;
  }

  /// Adds a wrapping and makes sure that it can be undone; takes a mark for removal away.
  ///
  /// @return false if it was there already
  public boolean add(DataKey key, MasterKey master, Instant now) {
    boolean created =
        records.create(
            name(master.fingerprint()),
            new Wrapping(
                dataKey, master.fingerprint(), master.description(), now, key.wrappedBy(master)));
    open(master);
    if (objects.stat(mark(master.fingerprint())).isPresent()) {
      objects.delete(List.of(mark(master.fingerprint())));
    }
    return created;
  }

  /// Removes a wrapping, while another one is known to work, before and after.
  ///
  /// @param staying the key to open the store with from now on
  /// @return false if there is no such wrapping
  /// @throws WrongKeyException if the other one is not usable or is being removed itself
  public boolean remove(String fingerprint, MasterKey staying) {
    if (fingerprint.equals(staying.fingerprint())) {
      throw new WrongKeyException(
          "%s is the key that was given: name another key of the store, the one that stays"
              .formatted(fingerprint));
    }
    ObjectName removed = name(fingerprint);
    Optional<byte[]> kept = bytes(removed);
    if (kept.isEmpty()) {
      return false;
    }
    open(staying);
    boolean own = records.create(mark(fingerprint), fingerprint);
    if (objects.stat(mark(staying.fingerprint())).isPresent()) {
      if (own) { // else it is of somebody who goes on
        objects.delete(List.of(mark(fingerprint)));
      }
      throw new WrongKeyException(
          "%s is being removed itself: finish that, or add it again"
              .formatted(staying.fingerprint()));
    }
    open(staying);
    if (objects.stat(mark(fingerprint)).isEmpty()) {
      if (objects.stat(removed).isEmpty()) {
        return false; // somebody else removed it
      }
      throw new WrongKeyException("%s was added again meanwhile: it stays".formatted(fingerprint));
    }
    objects.delete(List.of(removed));
    try {
      open(staying);
    } catch (RuntimeException e) {
      objects.create(removed, kept.get()); // whoever removed the other one may not have seen this
      throw e;
    }
    objects.delete(List.of(mark(fingerprint)));
    return true;
  }

  /// Every wrapping, in the order of the fingerprints.
  public List<Listed> list() {
    List<String> present = new ArrayList<>();
    List<String> removing = new ArrayList<>();
    Names.each(
        objects,
        KEYS + dataKey + "/",
        object -> {
          boolean mark = object.name().value().split("/").length > 4;
          (mark ? removing : present).add(Names.last(object.name()));
        });
    return present.stream()
        .map(fingerprint ->
            new Listed(fingerprint, readable(fingerprint), removing.contains(fingerprint)))
        .toList();
  }

  private Wrapping wrapping(MasterKey master) {
    ObjectName name = name(master.fingerprint());
    try {
      return records
          .read(name, Wrapping.class)
          .orElseThrow(() ->
              new WrongKeyException(
                  "the store's data key %s is wrapped by %s, not by the key that was given, %s"
                      .formatted(dataKey, list(), master.fingerprint())));
    } catch (BlobFault e) {
      throw new WrongKeyException(
          "%s: put it back, or use another key of the store: it has %s"
              .formatted(e.getMessage(), list()));
    }
  }

  private Optional<Wrapping> readable(String fingerprint) {
    try {
      return records.read(name(fingerprint), Wrapping.class);
    } catch (BlobFault e) {
      return Optional.empty();
    }
  }

  /// A wrapping as it is stored, damaged or not.
  private Optional<byte[]> bytes(ObjectName name) {
    return objects
        .read(name, ByteRange.ALL)
        .map(in -> {
          try (in) {
            return in.readNBytes(MAX_BYTES);
          } catch (IOException e) {
            throw ObjectStoreException.of(e, "reading '" + name + "' failed");
          }
        });
  }

  private ObjectName name(String fingerprint) {
    return new ObjectName(KEYS + dataKey + "/" + fingerprint);
  }

  private ObjectName mark(String fingerprint) {
    return new ObjectName(KEYS + dataKey + "/" + REMOVING + "/" + fingerprint);
  }
}
