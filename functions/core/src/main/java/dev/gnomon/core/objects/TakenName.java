package dev.gnomon.core.objects;

import dev.gnomon.core.objects.ObjectStoreException.Kind;

/// Says that a put found its name taken by something else.
public final class TakenName {
  private TakenName() {}

  /// What was expected and what was found.
  public static String reason(long sentBytes, long foundBytes) {
    return ("expected a free name for %d bytes, found an object of %d bytes that are not the same;"
            + " it was not written over")
        .formatted(sentBytes, foundBytes);
  }

  /// @param where such as "storing 'a/b' in the object store /srv/cell"
  public static ObjectStoreException fault(String where, long sentBytes, long foundBytes) {
    return new ObjectStoreException(
        Kind.PERMANENT, where + " failed: " + reason(sentBytes, foundBytes));
  }
}
