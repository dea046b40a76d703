package dev.gnomon.store;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.verification.objects.InMemoryObjectStore;

/// Sessions and readers of a store in memory, for tests of what lies on them.
public final class StoreWorkbench {
  private final StoreParts parts =
      StoreParts.of(new InMemoryObjectStore(), StoreSettings.DEFAULT, Runnable::run);
  private final BlobSession session;
  private final java.util.Map<Hash, byte[]> read = new java.util.concurrent.ConcurrentHashMap<>();

  public StoreWorkbench() {
    parts.format().ensureWritable();
    session = parts.session(Compression.ZSTD);
  }

  /// Parts on a store, without threads of their own.
  public static StoreParts parts(ObjectStore objects, StoreSettings settings) {
    return StoreParts.of(objects, settings, Runnable::run);
  }

  /// Settings of a store with a key.
  public static StoreSettings keyed() {
    return EncryptedStoreTest.with(EncryptedStoreTest.KEY);
  }

  public BlobSession session() {
    return session;
  }

  public BlobReader reader() {
    return parts.reader();
  }

  /// Reads a blob of the session.
  public byte[] read(Hash hash) {
    return read.computeIfAbsent(hash, session::read);
  }
}
