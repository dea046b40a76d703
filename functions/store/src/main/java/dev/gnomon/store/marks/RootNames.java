package dev.gnomon.store.marks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gnomon.core.objects.ObjectName;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Names of roots in a file: there may be more of them than memory should hold. For one thread.
final class RootNames {
  private static final int BUFFER_BYTES = 64 << 10;

  private final ScratchFile file;
  private final ByteBuffer open = ByteBuffer.allocate(BUFFER_BYTES);

  RootNames(ScratchFile file) {
    this.file = file;
  }

  void add(ObjectName name) {
    byte[] text = name.value().getBytes(US_ASCII);
    if (open.remaining() < 2 + text.length) {
      flush();
    }
    open.putShort((short) text.length).put(text);
  }

  /// In the order in which they were added; nothing is added after this.
  void each(Consumer<ObjectName> use) {
    flush();
    byte[] head = new byte[2];
    for (long at = 0; at < file.size(); ) {
      file.read(at, head, 0, head.length);
      byte[] text = new byte[ByteBuffer.wrap(head).getShort()];
      file.read(at + head.length, text, 0, text.length);
      at += head.length + text.length;
      use.accept(new ObjectName(new String(text, US_ASCII)));
    }
  }

  private void flush() {
    file.append(open.array(), open.position());
    open.clear();
  }
}
