package dev.gnomon.store.tree;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads content by its reference: chunk hashes in order, or the bytes as a stream.
public final class Contents {
  private Contents() {}

  /// Reads a blob by its hash.
  public interface Blobs extends Function<Hash, byte[]> {}

  /// Hashes of the chunks, in order; lists of hashes are read as they are needed.
  public static Iterator<Hash> chunks(ContentRef content, Blobs blobs) {
    return content.depth() == 0
        ? content.hashes().iterator()
        : new Counted(
            new Nested(content.hashes().iterator(), content.depth(), blobs), content.size());
  }

  /// Whether every blob of the content, lists included, satisfies the test. A list that stands in
  /// it several times is entered once, so the work is bounded by what the store holds, whatever a
  /// reference claims.
  public static boolean allMatch(ContentRef content, Blobs blobs, Predicate<Hash> test) {
    Set<ListAt> entered = content.depth() == 0 ? Set.of() : new HashSet<>();
    return allMatch(content.hashes().iterator(), content.depth(), blobs, test, entered);
  }

  /// Why content can't be read as a whole.
  ///
  /// @param unreadable blobs that can't be read, and why
  /// @return empty if it can
  public static Optional<String> flaw(
      ContentRef content, Blobs blobs, Map<Hash, String> unreadable) {
    AtomicReference<@Nullable String> flaw = new AtomicReference<>();
    try {
      boolean ignored =
          allMatch(
              content,
              blobs,
              hash -> {
                String why = unreadable.get(hash);
                flaw.set(why);
                return why == null;
              });
    } catch (BlobFault e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return Optional.ofNullable(flaw.get());
  }

  /// @param depth of what its hashes name
  private record ListAt(Hash list, int depth) {}

  /// Whether a session may use content that is in the store; if so, the packs it lies in count as
  /// used by the session.
  public static boolean reuse(BlobSession session, ContentRef content) {
    return allMatch(content, session::read, session::reuse);
  }

  public static InputStream stream(ContentRef content, Blobs blobs) {
    return new ChunkStream(chunks(content, blobs), content.size(), blobs);
  }

  private static boolean allMatch(
      Iterator<Hash> hashes, int depth, Blobs blobs, Predicate<Hash> test, Set<ListAt> entered) {
    while (hashes.hasNext()) {
      Hash hash = hashes.next();
      if (!test.test(hash)) {
        return false;
      }
      if (depth > 0
          && entered.add(new ListAt(hash, depth))
          && !allMatch(list(hash, blobs), depth - 1, blobs, test, entered)) {
        return false;
      }
    }
    return true;
  }

  private static Iterator<Hash> list(Hash hash, Blobs blobs) {
    byte[] bytes = blobs.apply(hash);
    if (bytes.length == 0 || bytes.length % Hash.BYTES != 0) {
      throw new BlobFault("chunk " + hash + " is no list of hashes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return buffer.hasRemaining();
      }

      @Override
      public Hash next() {
        if (!buffer.hasRemaining()) {
          throw new NoSuchElementException();
        }
        return Hash.read(buffer);
      }
    };
  }

  private static final class Nested implements Iterator<Hash> {
    private final Iterator<Hash> lists;
    private final int depth;
    private final Blobs blobs;
    private @Nullable Iterator<Hash> current;

    Nested(Iterator<Hash> lists, int depth, Blobs blobs) {
      this.lists = lists;
      this.depth = depth;
      this.blobs = blobs;
    }

    @Override
    public boolean hasNext() {
      while (current == null || !current.hasNext()) {
        if (!lists.hasNext()) {
          return false;
        }
        Iterator<Hash> list = list(lists.next(), blobs);
        current = depth == 1 ? list : new Nested(list, depth - 1, blobs);
      }
      return true;
    }

    @Override
    public Hash next() {
      if (!hasNext() || current == null) {
        throw new NoSuchElementException();
      }
      return current.next();
    }
  }

  /// Lists may name each other over and over; no writer makes more chunks than there are bytes.
  private static final class Counted implements Iterator<Hash> {
    private final Iterator<Hash> chunks;
    private final long size;
    private long given;

    Counted(Iterator<Hash> chunks, long size) {
      this.chunks = chunks;
      this.size = size;
    }

    @Override
    public boolean hasNext() {
      return chunks.hasNext();
    }

    @Override
    public Hash next() {
      if (++given > size) {
        throw new BlobFault("content of %d bytes is made of more chunks than that".formatted(size));
      }
      return chunks.next();
    }
  }

  private static final class ChunkStream extends InputStream {
    private final Iterator<Hash> chunks;
    private final Blobs blobs;
    private final long size;
    private byte[] chunk = new byte[0];
    private int at;
    private long left;

    ChunkStream(Iterator<Hash> chunks, long size, Blobs blobs) {
      this.chunks = chunks;
      this.blobs = blobs;
      this.size = size;
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      return fill() ? chunk[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int taken = Math.min(length, chunk.length - at);
      System.arraycopy(chunk, at, buffer, offset, taken);
      at += taken;
      return taken;
    }

    private boolean fill() {
      while (at == chunk.length) {
        if (!chunks.hasNext()) {
          return false;
        }
        chunk = blobs.apply(chunks.next());
        at = 0;
        left -= chunk.length;
        if (left < 0) {
          throw new BlobFault("content of %d bytes is longer than that".formatted(size));
        }
      }
      return true;
    }
  }
}
