package dev.gnomon.core.probes;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Asks a cell's object store for what rollbacks need of it: reads and lists at each probe, and
/// writes a small object now and then. A vantage point has at most [#SLOTS] objects, below
/// `probes/(vantage)/`: a name is deleted before it is written anew. (A bucket that keeps versions
/// needs a lifecycle rule for `probes/`.) Not thread-safe.
public final class StoreProbe {
  /// Names that a vantage point writes in turn.
  public static final int SLOTS = 8;

  private static final int CONTENT_AT_MOST = 200;

  private final ObjectStore store;
  private final String vantage;
  private final Duration writeEvery;
  private Optional<Instant> written = Optional.empty();
  private int slot;
  private Optional<ObjectName> newest = Optional.empty();
  private byte[] content = new byte[0];

  /// @param store without retries: how it is now is what is asked
  /// @param writeEvery how often it is written at most
  public StoreProbe(ObjectStore store, String vantage, Duration writeEvery) {
    this.store = store;
    this.vantage = vantage;
    this.writeEvery = writeEvery;
  }

  /// @return why it failed; empty: it did not
  public Optional<String> failure(Instant now) {
    try {
      if (written.isEmpty() || !written.get().plus(writeEvery).isAfter(now)) {
        write(now);
      }
      store.list("probes/" + vantage + "/", Optional.empty(), 1);
      ObjectName name = newest.orElseThrow();
      return Arrays.equals(read(name), content)
          ? Optional.empty()
          : Optional.of(name + " does not hold what was written");
    } catch (ObjectStoreException | IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void write(Instant now) {
    ObjectName name = ObjectName.of("probes", vantage, slot);
    byte[] wanted = (vantage + " " + now).getBytes(StandardCharsets.UTF_8);
    store.delete(List.of(name));
    switch (store.create(name, wanted)) {
      case Creation.Created created -> {}
      case Creation.AlreadyExists exists ->
          throw new ObjectStoreException(
              ObjectStoreException.Kind.TRANSIENT,
              name
                  + " is there although it was deleted: is another process named "
                  + vantage
                  + "?");
    }
    content = wanted;
    newest = Optional.of(name);
    written = Optional.of(now);
    slot = (slot + 1) % SLOTS;
  }

  private byte[] read(ObjectName name) throws IOException {
    Optional<InputStream> found = store.read(name, ByteRange.ALL);
    if (found.isEmpty()) {
      return new byte[0];
    }
    try (InputStream in = found.get()) {
      return in.readNBytes(CONTENT_AT_MOST);
    }
  }
}
