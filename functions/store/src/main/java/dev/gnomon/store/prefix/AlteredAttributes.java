package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Attributes;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// Attributes that a server made others of, although they were written as they should be.
/// Thread-safe.
final class AlteredAttributes {
  /// Names of headers, metadata and tags that are remembered.
  private static final int MAX_NAMES = 10_000;

  private final KnownPairs pairs;

  /// What the server made another of, left out or added, of any key.
  private final Set<String> names = new HashSet<>();

  /// @param pairs to remember in what was written and what was kept; nobody else's
  AlteredAttributes(KnownPairs pairs) {
    this.pairs = pairs;
  }

  /// Pairs that can't be remembered any more are left where they differ in nothing but what the
  /// server altered before, for any key: otherwise they would be written again for ever.
  boolean isLeft(String key, Attributes now, Attributes there) {
    KnownPairs.Print print = KnownPairs.of(key, now, there);
    synchronized (pairs) {
      return pairs.contains(print)
          || (pairs.isFull()
              && (names.size() >= MAX_NAMES || names.containsAll(differing(now, there))));
    }
  }

  void leave(String key, Attributes written, Attributes kept) {
    synchronized (pairs) {
      var ignored = pairs.add(KnownPairs.of(key, written, kept));
      differing(written, kept).stream().limit(MAX_NAMES - names.size()).forEach(names::add);
    }
  }

  private static Set<String> differing(Attributes one, Attributes other) {
    Set<String> found = new HashSet<>();
    differing("header ", one.headers(), other.headers(), found);
    differing("metadata ", one.metadata(), other.metadata(), found);
    differing("tag ", one.tags(), other.tags(), found);
    return found;
  }

  private static void differing(
      String kind, Map<String, String> one, Map<String, String> other, Set<String> found) {
    Stream.concat(one.keySet().stream(), other.keySet().stream())
        .filter(name -> !Objects.equals(one.get(name), other.get(name)))
        .forEach(name -> found.add(kind + name));
  }
}
