package dev.gnomon.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.RawAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/// POSIX access control lists in the form of the kernel, as `setfacl` sets them.
final class AccessLists {
  static final String ACCESS = RawAttributes.ACCESS_LIST;

  /// What new files of a directory inherit.
  static final String DEFAULT = "system.posix_acl_default";

  private AccessLists() {}

  /// The owner may read and write, user 1000 read, nobody else anything: the mode says 640.
  static byte[] readableByUser1000() {
    return list(
        new int[][] {{0x01, 6, -1}, {0x02, 4, 1000}, {0x04, 0, -1}, {0x10, 4, -1}, {0x20, 0, -1}});
  }

  /// The owner may do everything, user 1000 read and write.
  static byte[] ofOwnerAndUser1000() {
    return list(
        new int[][] {{0x01, 7, -1}, {0x02, 6, 1000}, {0x04, 0, -1}, {0x10, 6, -1}, {0x20, 0, -1}});
  }

  static byte[] ofOwner() {
    return list(new int[][] {{0x01, 7, -1}, {0x04, 0, -1}, {0x20, 0, -1}});
  }

  /// @param entries tag, permissions, id
  private static byte[] list(int[][] entries) {
    ByteBuffer list =
        ByteBuffer.allocate(4 + 8 * entries.length).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
    for (int[] entry : entries) {
      list.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
    }
    return list.array();
  }

  static void give(Path entry, String attribute, byte[] list) throws IOException {
    try {
      String name = entry.toString();
      RawAttributes.attribute(Descriptors.HERE, name, attribute, list, name);
    } catch (CallFailed e) {
      assumeTrue(false, "this file system has no access lists: " + e.getMessage());
    }
  }

  static void take(Path entry) throws IOException {
    String name = entry.toString();
    RawAttributes.removeAttribute(Descriptors.HERE, name, ACCESS, name);
  }

  static Optional<byte[]> of(Path entry) throws IOException {
    return RawAttributes.accessList(Descriptors.HERE, entry.toString(), entry.toString());
  }
}
