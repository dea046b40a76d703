package dev.gnomon.store.prefix;

import dev.gnomon.store.tree.Contents;
import java.util.Optional;
import java.util.function.Function;

/// The objects of a prefix as the objects of another one, under the same keys. It enters a node of
/// the manifest only if it differs from that of the point before.
final class ServedManifest implements Wanted {
  private final PrefixRoot now;
  private final Optional<PrefixRoot> before;
  private final Contents.Blobs blobs;
  private final int prefixBytes;
  private final Function<String, Optional<String>> obstacle;

  /// @param before what the place is known to serve; empty if nothing is
  /// @param prefixBytes length of the place's prefix
  /// @param obstacle why a key can't be named by the client
  ServedManifest(
      PrefixRoot now,
      Optional<PrefixRoot> before,
      Contents.Blobs blobs,
      int prefixBytes,
      Function<String, Optional<String>> obstacle) {
    this.now = now;
    this.before = before;
    this.blobs = blobs;
    this.prefixBytes = prefixBytes;
    this.obstacle = obstacle;
  }

  @Override
  public void each(Visitor visitor) {
    ManifestCursor objects = new ManifestCursor(now, blobs);
    if (before.isEmpty()) {
      while (objects.peek().isPresent()) {
        present(objects.next(), visitor);
      }
      return;
    }
    new ManifestDiff(
            new ManifestCursor(before.get(), blobs),
            objects,
            new ManifestDiff.Visitor() {
              @Override
              public void removed(ObjectEntry entry) {
                if (!past(entry, visitor)) {
                  visitor.gone(entry.key());
                }
              }

              @Override
              public void added(ObjectEntry entry) {
                present(entry, visitor);
              }

              @Override
              public void changed(ObjectEntry old, ObjectEntry entry) {
                past(old, visitor);
                present(entry, visitor);
              }
            })
        .run();
  }

  private void present(ObjectEntry entry, Visitor visitor) {
    Optional<String> why = why(entry);
    if (why.isPresent()) {
      visitor.notServed(entry.key(), why.get(), true);
    } else {
      visitor.object(entry);
    }
  }

  /// @return whether it was not served
  private boolean past(ObjectEntry entry, Visitor visitor) {
    Optional<String> why = why(entry);
    why.ifPresent(reason -> visitor.notServed(entry.key(), reason, false));
    return why.isPresent();
  }

  private Optional<String> why(ObjectEntry entry) {
    Optional<String> tooLong =
        prefixBytes + entry.key().length() > ServedKeys.MAX_KEY_BYTES
            ? ServedKeys.obstacle(entry.key(), prefixBytes)
            : Optional.empty();
    return tooLong.or(() -> obstacle.apply(Keys.text(entry.key())));
  }
}
