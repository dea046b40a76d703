package dev.gnomon.store.points;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Keeps a shadow store from being deleted as what a point does not have. A store may lie in the
/// place that a point is restored to under another name of its server, so the place itself is
/// looked at. For one piece of work and one thread.
public final class StoresBelow {
  private static final String DIRECTORY = "store/";
  private static final int MAX_BYTES = 64 << 10;

  private final Object place;
  private final Function<String, Optional<InputStream>> content;
  private final Set<String> others = new HashSet<>();

  /// @param place named in refusals
  /// @param content of a key of the place
  public StoresBelow(Object place, Function<String, Optional<InputStream>> content) {
    this.place = place;
    this.content = content;
  }

  /// @param key that is about to be deleted
  /// @throws Refusal if it belongs to a store
  public void requireNone(String key) {
    for (int at = key.indexOf(DIRECTORY); at >= 0; at = key.indexOf(DIRECTORY, at + 1)) {
      boolean isSegment = at == 0 || key.charAt(at - 1) == '/';
      String root = key.substring(0, at);
      if (isSegment && !others.contains(root)) {
        if (isStore(root + StoreFormat.NAME)) {
          throw new Refusal(
              "'%s' holds a shadow store ('%s%s'), which a restore would delete: restore to a place apart from it"
                  .formatted(place, root, StoreFormat.NAME));
        }
        others.add(root);
      }
    }
  }

  private boolean isStore(String key) {
    Optional<InputStream> found = content.apply(key);
    if (found.isEmpty()) {
      return false;
    }
    try (InputStream in = found.get()) {
      return StoreFormat.recognises(in.readNBytes(MAX_BYTES));
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading '" + key + "' failed");
    }
  }
}
