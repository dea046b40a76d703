package dev.gnomon.store.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Modes of entries that can't have their access list.
class AccessListTest {
  /// @param entries as getfacl(1) shows them
  private static byte[] list(int version, String entries) {
    String[] each = entries.split(" ");
    ByteBuffer list =
        ByteBuffer.allocate(4 + 8 * each.length).order(ByteOrder.LITTLE_ENDIAN).putInt(version);
    for (String entry : each) {
      String[] fields = entry.split(":", -1);
      boolean named = !fields[1].isEmpty();
      int tag =
          switch (fields[0]) {
            case "u" -> named ? 0x02 : 0x01;
            case "g" -> named ? 0x08 : 0x04;
            case "m" -> 0x10;
            case "o" -> 0x20;
            default -> 0x40;
          };
      list.putShort((short) tag)
          .putShort((short) Integer.parseInt(fields[2]))
          .putInt(named ? Integer.parseInt(fields[1]) : -1);
    }
    return list.array();
  }

  @ParameterizedTest
  @CsvSource({
    "u::6 u:1000:4 g::0 m::4 o::0, 0640, 0600",
    "u::7 g::5 o::5, 0755, 0755",
    "u::7 g::5 o::0, 06750, 06750",
    "u::6 u:1000:6 g::4 m::6 o::4, 0664, 0644",
    "u::6 u:1000:0 g::4 m::4 o::4, 0644, 0600",
    "u::6 u:1000:7 g::7 m::4 o::7, 0647, 0644",
    "u::6 g::4 g:1000:0 m::4 o::4, 0644, 0640",
    "u::6 g::4 g:1000:7 m::4 o::7, 0647, 0644",
    "u::6 g::6 m::4 o::0, 0640, 0640",
    "u::6 g::6 x::4 o::6, 0666, 0600",
  })
  void withoutItsListNobodyMayMoreThanWithIt(String entries, String mode, String expected) {
    assertThat(AccessList.modeWithout(list(2, entries), Integer.parseInt(mode, 8)))
        .isEqualTo(Integer.parseInt(expected, 8));
  }

  @Test
  void aListThatCantBeReadLeavesTheOwnerOnly() {
    byte[] fine = list(2, "u::7 g::7 o::7");
    assertThat(AccessList.modeWithout(fine, 0777)).isEqualTo(0777);
    assertThat(AccessList.modeWithout(list(3, "u::7 g::7 o::7"), 0777)).isEqualTo(0700);
    assertThat(AccessList.modeWithout(Arrays.copyOf(fine, fine.length - 1), 0777)).isEqualTo(0700);
    assertThat(AccessList.modeWithout(new byte[2], 0777)).isEqualTo(0700);
    assertThat(AccessList.modeWithout(null, 0777)).isEqualTo(0700);
  }
}
