package dev.gnomon.store.restore;

import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Encoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Tells whether a file has a given content, by reading it. Remembers, for as long as a file's stat
/// stays what it was, that it had: so a plan and the restore after it read a target once.
/// Thread-safe.
final class FileContents {
  private static final int MAX_REMEMBERED = 1 << 16;
  private static final int BUFFER_BYTES = 1 << 17;
  private static final long SETTLED_NANOS = 20_000_000L;

  private final SourceFiles files;
  private final Map<String, Match> matches =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Match> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  FileContents(SourceFiles files) {
    this.files = files;
  }

  private record Match(FileStat stat, Hash content) {}

  /// @param stat of the file, just taken
  /// @throws IOException if the file can't be read
  boolean sameRemembered(Path path, FileStat stat, ContentRef content, BlobReader reader)
      throws IOException {
    if (stat.size() != content.size()) {
      return false;
    }
    Hash key = Hash.of(new Encoder().content(content).take());
    synchronized (matches) {
      Match match = matches.get(path.toString());
      if (match != null && match.stat().sameAs(stat) && match.content().equals(key)) {
        return true;
      }
    }
    boolean same = same(path, stat, content, reader);
    long nowNanos = System.currentTimeMillis() * 1_000_000L;
    Optional<FileStat> after = FileStat.of(path);
    if (same
        && after.filter(stat::sameAs).isPresent()
        && nowNanos - stat.ctimeNanos() > SETTLED_NANOS) {
      synchronized (matches) {
        matches.put(path.toString(), new Match(stat, key));
      }
    }
    return same;
  }

  /// Reads a file to its end.
  ///
  /// @throws IOException if it can't be read: then no undo point holds it
  void readThrough(Path path) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = files.open(path)) {
      int length = 0;
      while (length >= 0) {
        length = in.read(buffer);
      }
    }
  }

  boolean same(Path path, FileStat stat, ContentRef content, BlobReader reader) throws IOException {
    if (stat.size() != content.size()) {
      return false;
    }
    Iterator<Hash> chunks = Contents.chunks(content, reader::read);
    try (InputStream in = files.open(path)) {
      byte[] buffer = new byte[0];
      while (chunks.hasNext()) {
        Hash expected = chunks.next();
        int length = reader.rawBytes(expected);
        if (buffer.length < length) {
          buffer = new byte[length];
        }
        if (in.readNBytes(buffer, 0, length) < length
            || !reader.id(buffer, 0, length).equals(expected)) {
          return false;
        }
      }
      return in.read() < 0;
    }
  }
}
