package dev.gnomon.store;

import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.WrongKeyException;
import dev.gnomon.store.points.KeyRecords;
import dev.gnomon.store.points.StoreFormat;
import java.util.List;
import java.util.Optional;

/// The master keys of an encrypted store: listed, added, removed. None of it touches data: a store
/// keeps its data key, and only the wrappings of that change. A kill between adding and removing
/// leaves both keys working.
public final class StoreKeys {
  private final ObjectStore objects;

  public StoreKeys(ObjectStore objects) {
    this.objects = objects;
  }

  /// Needs no key.
  ///
  /// @throws WrongKeyException if the store is not encrypted
  public List<KeyRecords.Listed> list() {
    return records().list();
  }

  /// @param current a key that the store has
  /// @param next the key that it gets
  /// @return false if it had that one already
  public boolean add(MasterKey current, MasterKey next) {
    KeyRecords records = records();
    return records.add(records.open(current), next, objects.time());
  }

  /// @param staying a key that the store has and keeps
  /// @param fingerprint of the key that it loses
  /// @return false if it had no such key
  public boolean remove(MasterKey staying, String fingerprint) {
    return records().remove(fingerprint, staying);
  }

  private KeyRecords records() {
    return new KeyRecords(
        objects,
        new StoreFormat(objects, Optional.empty())
            .dataKey()
            .orElseThrow(() -> new WrongKeyException("the shadow store is not encrypted")));
  }
}
