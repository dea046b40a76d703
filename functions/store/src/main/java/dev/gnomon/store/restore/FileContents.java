package dev.gnomon.store.restore;

import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.Holes;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Optional;

/// Tells whether a file has a given content, by reading it. Remembers, for as long as a file's stat
/// stays what it was, that it had: so a plan and the restore after it read a target once.
/// Thread-safe.
final class FileContents {
  private static final int BUFFER_BYTES = 1 << 17;
  private static final long SETTLED_NANOS = 20_000_000L;

  private final SourceFiles files;
  private final Fingerprints matches = new Fingerprints();
  private final ThreadLocal<byte[]> buffers = ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

  FileContents(SourceFiles files) {
    this.files = files;
  }

  /// What is known of a file.
  enum Found {
    DIFFERENT,
    SAME,

    /// It also surely has no extended attributes.
    SAME_AND_PLAIN
  }

  /// @param stat of the file, just taken
  /// @throws IOException if the file can't be read
  Found sameRemembered(EntryAt file, FileStat stat, ContentRef content, BlobReader reader)
      throws IOException {
    if (stat.size() != content.size()) {
      return Found.DIFFERENT;
    }
    long match = fingerprint(file, stat, content);
    if (matches.contains(match)) {
      return Found.SAME;
    }
    Found found = compared(file, stat, content, reader);
    long nowNanos = System.currentTimeMillis() * 1_000_000L;
    Optional<FileStat> after = file.stat();
    if (found != Found.DIFFERENT
        && after.filter(stat::sameAs).isPresent()
        && nowNanos - stat.ctimeNanos() > SETTLED_NANOS) {
      matches.add(match);
    }
    return found;
  }

  private long fingerprint(EntryAt file, FileStat stat, ContentRef content) {
    long chunks = content.depth();
    for (Hash hash : content.hashes()) {
      chunks = 31 * chunks + hash.a() + hash.b();
    }
    return matches.of(
        file.raw(), stat.size(), stat.mtimeNanos(), stat.ctimeNanos(), stat.inode(), chunks);
  }

  /// Reads a file to its end.
  ///
  /// @return whether it surely has no extended attributes
  /// @throws IOException if it can't be read: then no undo point holds it
  boolean readThrough(EntryAt file) throws IOException {
    byte[] buffer = buffers.get();
    try (InputStream in = files.open(file)) {
      int length = 0;
      while (length >= 0) {
        length = in.read(buffer);
      }
      return ExtendedAttributes.surelyNone(in);
    }
  }

  boolean same(EntryAt file, FileStat stat, ContentRef content, BlobReader reader)
      throws IOException {
    return stat.size() == content.size()
        && compared(file, stat, content, reader) != Found.DIFFERENT;
  }

  private Found compared(EntryAt file, FileStat stat, ContentRef content, BlobReader reader)
      throws IOException {
    Iterator<Hash> chunks = Contents.chunks(content, reader::read);
    boolean single = content.depth() == 0 && content.hashes().size() == 1;
    try (InputStream in = Holes.leftOut(files.open(file), stat)) {
      while (chunks.hasNext()) {
        Hash expected = chunks.next();
        int length = single ? (int) content.size() : reader.rawBytes(expected);
        byte[] buffer = buffer(length);
        if (in.readNBytes(buffer, 0, length) < length
            || !reader.id(buffer, 0, length).equals(expected)) {
          return Found.DIFFERENT;
        }
      }
      if (in.read() >= 0) {
        return Found.DIFFERENT;
      }
      return ExtendedAttributes.surelyNone(in) ? Found.SAME_AND_PLAIN : Found.SAME;
    }
  }

  private byte[] buffer(int length) {
    byte[] buffer = buffers.get();
    if (buffer.length < length) {
      buffer = new byte[Math.max(length, 2 * buffer.length)];
      buffers.set(buffer);
    }
    return buffer;
  }
}
