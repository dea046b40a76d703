package dev.gnomon.store.prefix;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.tree.Contents;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// What earlier captures know, to be asked in ascending order of keys. A manifest that can't be
/// read knows nothing: what it knew is read anew. For one thread.
final class KnownObjects {
  private final Deque<ManifestCursor> manifests = new ArrayDeque<>();

  /// @param roots of manifests whose ranges follow each other
  KnownObjects(List<PrefixRoot> roots, Contents.Blobs blobs) {
    roots.forEach(root -> manifests.add(new ManifestCursor(root, blobs)));
  }

  /// The first object whose key is not less than one.
  Optional<ObjectEntry> seek(String rawKey) {
    while (!manifests.isEmpty()) {
      try {
        Optional<ObjectEntry> found = manifests.peek().seek(rawKey);
        if (found.isPresent()) {
          return found;
        }
      } catch (BlobFault e) {
        // Only a help: its objects are read again.
      }
      manifests.remove();
    }
    return Optional.empty();
  }
}
