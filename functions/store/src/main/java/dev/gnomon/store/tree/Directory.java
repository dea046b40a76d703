package dev.gnomon.store.tree;

import dev.gnomon.store.blobs.BlobFault;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/// The entries of a directory of a manifest, read as a stream in the order of their names' bytes.
/// Names that could lead out of the directory, doubled or unsorted ones are refused.
public final class Directory implements Iterator<Entry> {
  /// Deepest tree that is read, and kept.
  public static final int MAX_DEPTH = 4096;

  private final Decoder decoder;
  private Optional<Entry> next;

  public Directory(ContentRef content, Contents.Blobs blobs) {
    this.decoder = Decoder.of(content, blobs);
    this.next = decoder.next();
    next.ifPresent(entry -> Decoder.checkName(entry.name()));
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  /// The entry that [#next] will give.
  public Optional<Entry> peek() {
    return next;
  }

  @Override
  public Entry next() {
    Entry entry = next.orElseThrow(NoSuchElementException::new);
    next = decoder.next();
    next.ifPresent(after -> {
      Decoder.checkName(after.name());
      if (after.name().compareTo(entry.name()) <= 0) {
        throw new BlobFault("a manifest holds entries out of order");
      }
    });
    return entry;
  }
}
