package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;

/// The objects of a point of a prefix, for others than captures and restores.
public record PrefixObjects(PrefixRoot root, Contents.Blobs blobs)
    implements Iterable<PrefixObjects.Known> {

  /// An object as a point knows it.
  ///
  /// @param rawKey one char a byte
  /// @param version empty if the bucket kept none
  /// @param content empty if only the bucket has it
  public record Known(
      String rawKey,
      String version,
      long size,
      String etag,
      Instant modified,
      Attributes attributes,
      Optional<ContentRef> content) {}

  /// In the order of their keys.
  @Override
  public Iterator<Known> iterator() {
    ManifestCursor cursor = new ManifestCursor(root, blobs);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return cursor.peek().isPresent();
      }

      @Override
      public Known next() {
        ObjectEntry entry = cursor.next();
        return new Known(
            entry.key(),
            entry.version(),
            entry.size(),
            entry.etag(),
            Instant.ofEpochMilli(entry.modifiedMillis()),
            entry.attributes(),
            switch (entry.kept()) {
              case Kept.Bytes bytes -> Optional.of(bytes.content());
              case Kept.Version version -> Optional.empty();
            });
      }
    };
  }
}
