package dev.gnomon.store.marks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Names of roots, and when they were stored, in a file: there may be more of them than memory
/// should hold. For one thread.
final class RootNames {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int HEAD_BYTES = Long.BYTES + Short.BYTES;

  private final ScratchFile file;
  private final ByteBuffer open = ByteBuffer.allocate(BUFFER_BYTES);

  RootNames(ScratchFile file) {
    this.file = file;
  }

  /// One of them.
  ///
  /// @param second when it was stored, since 1970: stores don't say it more exactly everywhere
  record Listed(ObjectName name, long second) {
    static Listed of(ObjectStat object) {
      return new Listed(object.name(), object.modified().getEpochSecond());
    }
  }

  void add(Listed root) {
    byte[] text = root.name().value().getBytes(US_ASCII);
    if (open.remaining() < HEAD_BYTES + text.length) {
      flush();
    }
    open.putLong(root.second()).putShort((short) text.length).put(text);
  }

  /// In the order in which they were added; nothing is added after this.
  void each(Consumer<Listed> use) {
    flush();
    byte[] head = new byte[HEAD_BYTES];
    for (long at = 0; at < file.size(); ) {
      file.read(at, head, 0, head.length);
      ByteBuffer read = ByteBuffer.wrap(head);
      long second = read.getLong();
      byte[] text = new byte[read.getShort()];
      file.read(at + head.length, text, 0, text.length);
      at += head.length + text.length;
      use.accept(new Listed(new ObjectName(new String(text, US_ASCII)), second));
    }
  }

  private void flush() {
    file.append(open.array(), open.position());
    open.clear();
  }
}
