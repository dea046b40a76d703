package dev.gnomon.core.objects;

import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Bytes of an object that go on at the place where a connection broke. Not thread-safe.
final class ResumingStream extends InputStream {
  /// A stream that breaks more often than this is a fault of its own.
  private static final int MAX_RESUMPTIONS = 100;

  private final ObjectStore store;
  private final Retries retries;
  private final ObjectName name;
  private final ByteRange range;
  private @Nullable InputStream stream;
  private long position;
  private int resumptions;

  ResumingStream(
      ObjectStore store, Retries retries, ObjectName name, ByteRange range, InputStream stream) {
    this.store = store;
    this.retries = retries;
    this.name = name;
    this.range = range;
    this.stream = stream;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    int count = retries.callRepeatable(() -> readOnce(buffer, offset, length));
    position += Math.max(count, 0);
    return count;
  }

  @Override
  public void close() throws IOException {
    if (stream != null) {
      stream.close();
    }
  }

  private int readOnce(byte[] buffer, int offset, int length) {
    InputStream open = stream == null ? resume() : stream;
    try {
      return open.read(buffer, offset, length);
    } catch (IOException e) {
      drop(open);
      throw ObjectStoreException.of(e, "reading '" + name + "' failed");
    } catch (ObjectStoreException e) {
      drop(open);
      throw e;
    }
  }

  private InputStream resume() {
    if (++resumptions > MAX_RESUMPTIONS) {
      throw new ObjectStoreException(
          Kind.PERMANENT,
          "reading '%s' broke off more than %d times, last after %d bytes"
              .formatted(name, MAX_RESUMPTIONS, position));
    }
    if (!range.toEnd() && position == range.length()) {
      return InputStream.nullInputStream();
    }
    ByteRange rest =
        new ByteRange(
            range.offset() + position, range.toEnd() ? range.length() : range.length() - position);
    Optional<InputStream> resumed = store.read(name, rest);
    if (resumed.isEmpty()) {
      throw new ObjectStoreException(
          Kind.PERMANENT, "'%s' vanished while it was read".formatted(name));
    }
    stream = resumed.get();
    return resumed.get();
  }

  private void drop(InputStream broken) {
    stream = null;
    try {
      broken.close();
    } catch (IOException e) {
      // It is broken already; the fault that showed it is on its way to the caller.
    }
  }
}
