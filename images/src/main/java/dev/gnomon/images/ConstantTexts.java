package dev.gnomon.images;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

/// Replaces texts in the constant pool of a class file (JVMS 4.4), whose other parts name them by
/// their index.
final class ConstantTexts {
  private static final int POOL_AT = 8;
  private static final int UTF8 = 1;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int METHOD_HANDLE = 15;

  private ConstantTexts() {}

  /// @param texts by their index, ASCII
  static byte[] replaced(byte[] file, Map<Integer, String> texts) {
    ByteBuffer in = ByteBuffer.wrap(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    int count = Short.toUnsignedInt(in.getShort(POOL_AT));
    in.position(POOL_AT + 2);
    out.write(file, 0, POOL_AT + 2);
    for (int index = 1; index < count; index++) {
      int start = in.position();
      int tag = in.get();
      int length = length(tag, in);
      in.position(start + length);
      String text = texts.get(index);
      if (tag == UTF8 && text != null) {
        out.write(UTF8);
        out.write(text.length() >> 8);
        out.write(text.length());
        out.writeBytes(SettledBytecode.ascii(text));
      } else {
        out.write(file, start, length);
      }
      if (tag == LONG || tag == DOUBLE) {
        index++; // they take two
      }
    }
    out.write(file, in.position(), in.remaining());
    return out.toByteArray();
  }

  /// With the tag, which was read.
  private static int length(int tag, ByteBuffer in) {
    return switch (tag) {
      case UTF8 -> 3 + Short.toUnsignedInt(in.getShort());
      case 7, 8, 16, 19, 20 -> 3; // class, string, method type, module, package
      case METHOD_HANDLE -> 4;
      case LONG, DOUBLE -> 9;
      case 3, 4, 9, 10, 11, 12, 17, 18 -> 5; // numbers, members, names and types, dynamic
      default -> throw new IllegalArgumentException("unknown tag in a constant pool: " + tag);
    };
  }
}
