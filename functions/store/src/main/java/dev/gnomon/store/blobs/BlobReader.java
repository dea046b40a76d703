package dev.gnomon.store.blobs;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.blobs.BlobTable.Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads blobs and checks each against its hash. One reader for one piece of work: it keeps the
/// last windows of packs that it read (12 MiB), because what was written together is read together.
/// Thread-safe.
public final class BlobReader {
  private static final int WINDOW_BYTES = 2 << 20;
  private static final int WINDOWS = 6;
  private static final int DIRECT_BYTES = WINDOW_BYTES / 2;

  private final ObjectStore objects;
  private final Places places;
  private final Supplier<StoreForm> form;
  private final Buffers buffers = new Buffers();
  private final Map<Window, FutureTask<byte[]>> windows = new LinkedHashMap<>(16, 0.75f, true);

  public BlobReader(ObjectStore objects, Places places, Supplier<StoreForm> form) {
    this.objects = objects;
    this.places = places;
    this.form = form;
  }

  private record Window(String pack, int number) {}

  /// @throws BlobFault if the blob is missing or damaged in every place, naming the object
  public byte[] read(Hash hash) {
    try (BlobContent content = anywhere(hash, null)) {
      return content.toArray();
    }
  }

  /// Reads a blob into memory that is used again when it is closed.
  ///
  /// @throws BlobFault if the blob is missing or damaged in every place, naming the object
  public BlobContent open(Hash hash) {
    return anywhere(hash, buffers);
  }

  /// @param memory what to read into; nothing for new memory
  private BlobContent anywhere(Hash hash, @Nullable Buffers memory) {
    try {
      return readAny(hash, memory);
    } catch (BlobFault e) { // a pack collected since the table was read, or damaged
      places.refresh();
      return readAny(hash, memory);
    }
  }

  private BlobContent readAny(Hash hash, @Nullable Buffers memory) {
    List<Location> all = places.all(hash);
    if (all.isEmpty()) {
      throw unknown(hash);
    }
    for (int i = 0; ; i++) {
      try {
        return readAt(hash, all.get(i), memory);
      } catch (BlobFault e) {
        if (i == all.size() - 1) {
          throw e;
        }
      }
    }
  }

  /// Reads a blob from one place, whatever others there may be.
  ///
  /// @throws BlobFault if it is not there
  public byte[] readAt(Hash hash, Location location) {
    try (BlobContent content = readAt(hash, location, null)) {
      return content.toArray();
    }
  }

  private BlobContent readAt(Hash hash, Location location, @Nullable Buffers memory) {
    Slice stored =
        stored(location)
            .orElseThrow(() ->
                new BlobFault(
                    "object '"
                        + Names.pack(location.pack())
                        + "' with chunk "
                        + hash
                        + " is missing"));
    PieceForm pieces = form.get().pieceForm();
    return pieces.content(hash, location, stored.array(), stored.offset(), stored.length(), memory);
  }

  /// How this store names some content.
  public Hash id(byte[] content, int offset, int length) {
    return form.get().ids().of(content, offset, length);
  }

  /// Length of a blob in bytes, as the index says.
  public int rawBytes(Hash hash) {
    List<Location> all = places.all(hash);
    if (all.isEmpty()) {
      places.refresh();
      all = places.all(hash);
    }
    if (all.isEmpty()) {
      throw unknown(hash);
    }
    return all.getFirst().rawBytes();
  }

  private static BlobFault unknown(Hash hash) {
    return new BlobFault("no pack below '" + Names.PACKS + "' holds chunk " + hash);
  }

  /// Bytes of a pack, not to be changed.
  private record Slice(byte[] array, int offset, int length) {
    static Slice of(byte[] array) {
      return new Slice(array, 0, array.length);
    }
  }

  /// @return empty if the pack is not there; shorter than asked if the pack is
  private Optional<Slice> stored(Location location) {
    int wanted = location.storedBytes();
    if (wanted == 0) {
      return Optional.of(Slice.of(new byte[0]));
    }
    if (wanted >= DIRECT_BYTES) {
      return fetch(location.pack(), location.range()).map(Slice::of);
    }
    int from = location.offset() % WINDOW_BYTES;
    if (from + wanted <= WINDOW_BYTES) {
      return window(location, 0)
          .map(found -> new Slice(found, from, Math.clamp(found.length - from, 0, wanted)));
    }
    byte[] stored = new byte[wanted];
    int filled = 0;
    while (filled < wanted) {
      Optional<byte[]> window = window(location, filled);
      if (window.isEmpty()) {
        return Optional.empty();
      }
      int at = (location.offset() + filled) % WINDOW_BYTES;
      int length = Math.min(wanted - filled, window.get().length - at);
      if (length <= 0) {
        break;
      }
      System.arraycopy(window.get(), at, stored, filled, length);
      filled += length;
    }
    return Optional.of(new Slice(stored, 0, filled));
  }

  /// The window that holds a byte of a place.
  private Optional<byte[]> window(Location location, int at) {
    return window(new Window(location.pack(), (location.offset() + at) / WINDOW_BYTES));
  }

  private Optional<byte[]> window(Window window) {
    FutureTask<byte[]> task;
    synchronized (windows) {
      task = windows.computeIfAbsent(window, wanted -> new FutureTask<>(() -> fetch(wanted)));
      Iterator<Window> eldest = windows.keySet().iterator();
      if (windows.size() > WINDOWS) {
        eldest.next();
        eldest.remove();
      }
    }
    task.run(); // whoever comes first reads, the others wait for it
    try {
      byte[] content = task.get();
      return content.length == 0 ? Optional.empty() : Optional.of(content);
    } catch (ExecutionException e) {
      synchronized (windows) {
        windows.remove(window, task);
      }
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObjectStoreException(
          ObjectStoreException.Kind.TRANSIENT, "interrupted while reading " + window, e);
    }
  }

  private byte[] fetch(Window window) {
    ByteRange range = new ByteRange((long) window.number() * WINDOW_BYTES, WINDOW_BYTES);
    return fetch(window.pack(), range).orElseGet(() -> new byte[0]);
  }

  private Optional<byte[]> fetch(String pack, ByteRange range) {
    Optional<InputStream> content = objects.read(Names.pack(pack), range);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = content.get()) {
      byte[] bytes = new byte[(int) range.length()];
      int length = in.readNBytes(bytes, 0, bytes.length);
      return Optional.of(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    } catch (IOException e) {
      if (e.getCause() instanceof ObjectStoreException fault) {
        throw fault;
      }
      throw new ObjectStoreException(
          ObjectStoreException.Kind.TRANSIENT,
          "reading '" + Names.pack(pack) + "' failed: " + e.getMessage(),
          e);
    }
  }
}
