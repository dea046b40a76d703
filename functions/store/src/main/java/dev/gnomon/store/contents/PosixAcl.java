package dev.gnomon.store.contents;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.StringJoiner;

/// Access control lists as Linux keeps them in `system.posix_acl_access` and `_default`, in the
/// text form that archives hold (`user::rw-,user:1000:r--,...`), ids as numbers.
final class PosixAcl {
  private static final String ACCESS = "system.posix_acl_access";
  private static final String DEFAULT = "system.posix_acl_default";
  private static final int VERSION = 2;
  private static final int ENTRY_BYTES = 8;

  private PosixAcl() {}

  /// Key of the record that holds the text of an attribute.
  static String record(String attribute) {
    return attribute.equals(ACCESS) ? "SCHILY.acl.access" : "SCHILY.acl.default";
  }

  /// @return empty if the attribute is no such list, or not of a form that is known
  static Optional<String> text(String attribute, byte[] value) {
    if (!attribute.equals(ACCESS) && !attribute.equals(DEFAULT)) {
      return Optional.empty();
    }
    ByteBuffer list = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    if (value.length < 4 || value.length % ENTRY_BYTES != 4 || list.getInt() != VERSION) {
      return Optional.empty();
    }
    StringJoiner text = new StringJoiner(",");
    while (list.hasRemaining()) {
      int tag = list.getShort();
      int permissions = list.getShort();
      String id = Integer.toUnsignedString(list.getInt());
      String who =
          switch (tag) {
            case 0x01 -> "user:";
            case 0x02 -> "user:" + id;
            case 0x04 -> "group:";
            case 0x08 -> "group:" + id;
            case 0x10 -> "mask:";
            case 0x20 -> "other:";
            default -> "";
          };
      if (who.isEmpty()) {
        return Optional.empty();
      }
      text.add(who + ":" + letters(permissions));
    }
    return Optional.of(text.toString());
  }

  private static String letters(int permissions) {
    return ((permissions & 4) != 0 ? "r" : "-")
        + ((permissions & 2) != 0 ? "w" : "-")
        + ((permissions & 1) != 0 ? "x" : "-");
  }
}
