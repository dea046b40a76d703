package dev.gnomon.store.restore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// POSIX access control lists in the form of the kernel: a version, then a tag, permissions and an
/// id of each entry.
final class AccessList {
  private static final int VERSION = 2;
  private static final int ENTRY_BYTES = 8;
  private static final int ALL = 7;
  private static final int SHARED_BITS = 077;

  private static final short OWNER = 0x01;
  private static final short USER = 0x02;
  private static final short OWNING_GROUP = 0x04;
  private static final short GROUP = 0x08;
  private static final short MASK = 0x10;
  private static final short OTHERS = 0x20;

  private AccessList() {}

  /// The mode of an entry that can't have its list, so that nobody may more than with it: whom it
  /// names counts to the owning group or to the others then.
  ///
  /// @param mode that it has with the list, where the group's bits are the mask
  /// @return for the owner only if the list can't be read
  static int modeWithout(byte @Nullable [] list, int mode) {
    int closed = mode & ~SHARED_BITS;
    if (list == null || list.length < Integer.BYTES || list.length % ENTRY_BYTES != Integer.BYTES) {
      return closed;
    }
    ByteBuffer from = ByteBuffer.wrap(list).order(ByteOrder.LITTLE_ENDIAN);
    if (from.getInt() != VERSION) {
      return closed;
    }
    int group = 0;
    int others = 0;
    int mask = ALL;
    int users = ALL;
    int groups = ALL;
    boolean namesUsers = false;
    boolean namesGroups = false;
    while (from.hasRemaining()) {
      short tag = from.getShort();
      int permissions = from.getShort() & ALL;
      int ignored = from.getInt(); // whose it is
      switch (tag) {
        case OWNER -> {}
        case USER -> {
          namesUsers = true;
          users &= permissions;
        }
        case OWNING_GROUP -> group = permissions;
        case GROUP -> {
          namesGroups = true;
          groups &= permissions;
        }
        case MASK -> mask = permissions;
        case OTHERS -> others = permissions;
        default -> {
          return closed;
        }
      }
    }
    int ofUsers = namesUsers ? users & mask : ALL;
    int ofGroups = namesGroups ? groups & mask : ALL;
    return closed | ((group & mask & ofUsers) << 3) | (others & ofUsers & ofGroups);
  }
}
