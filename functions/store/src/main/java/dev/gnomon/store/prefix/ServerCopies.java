package dev.gnomon.store.prefix;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Copies inside the server, of versions that can be named, where both prefixes are on one.
/// Thread-safe.
final class ServerCopies {
  /// A copy inside the server can't be ended. With so many bytes each, those that are under way are
  /// done within seconds, and a rollback need not take another generation; larger objects pass
  /// through this process.
  static final long LARGEST_BYTES = 256L << 20;

  /// So many keys one after another that were refused and could be fetched are no matter of single
  /// objects.
  private static final int REFUSED_KEYS = 3;

  private final Bucket source;
  private final Bucket target;

  /// Keys that were refused, and could be fetched, since a copy was made for the last time.
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  ServerCopies(Bucket source, Bucket target) {
    this.source = source;
    this.target = target;
  }

  /// Whether a copy was made.
  enum Made {
    YES,
    /// There is no version to name, or it is gone, or its attributes changed since.
    NO,
    /// This user may not read the source's versions, or the server has no such call.
    REFUSED
  }

  Made make(String key, Found found) {
    if (refused.size() >= REFUSED_KEYS
        || found.version().isEmpty()
        || !source.place().endpoint().equals(target.place().endpoint())
        || found.size() > Math.min(LARGEST_BYTES, target.largestCopyBytes())) {
      return Made.NO;
    }
    try {
      if (target.writer().copy(key, source.place(), key, found.version()).isEmpty()) {
        return Made.NO;
      }
      refused.clear();
    } catch (ObjectStoreException e) {
      if (e.kind() == ObjectStoreException.Kind.PERMANENT) {
        return Made.REFUSED;
      }
      throw e;
    }
    return target
            .reader()
            .look(key, Optional.empty())
            .filter(copy -> copy.attributes().equals(found.attributes()))
            .isPresent()
        ? Made.YES
        : Made.NO;
  }

  /// A copy of the key was refused, and this process has fetched and written it.
  void fetched(String key) {
    if (refused.size() < REFUSED_KEYS) {
      refused.add(key);
    }
  }
}
