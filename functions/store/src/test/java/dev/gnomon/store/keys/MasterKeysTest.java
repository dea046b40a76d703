package dev.gnomon.store.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where master keys come from, and what is refused as one.
class MasterKeysTest {
  private static final byte[] KEY = new byte[32];

  static {
    new Random(7).nextBytes(KEY);
  }

  @TempDir Path directory;

  @Test
  void aFileHoldsTheKeyAsItIsInHexadecimalOrInBase64() throws IOException {
    String raw = file("raw", KEY);
    String hex = file("hex", (HexFormat.of().formatHex(KEY) + "\n").getBytes());
    String upper = file("upper", HexFormat.of().withUpperCase().formatHex(KEY).getBytes());
    String base64 = file("base64", (Base64.getEncoder().encodeToString(KEY) + "\n").getBytes());

    MasterKey first = open(raw);
    for (String other : new String[] {raw, hex, upper, base64}) {
      assertThat(open(other).fingerprint()).isEqualTo(first.fingerprint());
      assertThat(open(other).unwrap(first.wrap(KEY, KEY), KEY)).isEqualTo(KEY);
    }
    assertThat(first.fingerprint()).matches("raw-[0-9a-f]{32}");
  }

  @Test
  void aVariableHoldsItAsText() {
    MasterKeys keys =
        new MasterKeys(Map.of("HOLDER", " " + HexFormat.of().formatHex(KEY) + "\n")::get);

    assertThat(keys.open("env:HOLDER").fingerprint())
        .isEqualTo(new RawMasterKey(KEY, "").fingerprint());
    assertThatThrownBy(() -> keys.open("env:OTHER"))
        .isInstanceOf(WrongKeyException.class)
        .hasMessage("the master key in the environment variable OTHER is not set");
    assertThatThrownBy(() -> keys.open("env:no name"))
        .hasMessageContaining("the name of an environment variable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-----w-"})
  void aFileThatEverybodyMayReadOrWriteIsRefused(String mode) throws IOException {
    String key = file("key", KEY);
    Files.setPosixFilePermissions(directory.resolve("key"), PosixFilePermissions.fromString(mode));

    assertThatThrownBy(() -> open(key))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining(directory.resolve("key").toString())
        .hasMessageContaining("chmod 600");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 33, 44, 63, 64, 65, 5000})
  void whatIsNotThirtyTwoBytesIsRefusedAndNotShown(int length) throws IOException {
    String key = file("key", "z".repeat(length).getBytes());

    assertThatThrownBy(() -> open(key))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("has " + length + " bytes, expected 32 bytes")
        .hasMessageNotContaining("zzz");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> open("file:" + directory.resolve("nowhere")))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageEndingWith("nowhere' is not there");
  }

  @Test
  void anAddressThatIsNoneIsNotRepeated() {
    String mistake = HexFormat.of().formatHex(KEY);

    assertThatThrownBy(() -> open(mistake))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("file:PATH, env:NAME or vault+https://")
        .hasMessageNotContaining(mistake);
    for (String vault :
        new String[] {
          "vault+https://host/v1/transit/encrypt/name",
          "vault+https://user:pass@host/v1/transit/keys/name",
          "vault+https:///v1/transit/keys/name"
        }) {
      assertThatThrownBy(() -> open(vault))
          .isInstanceOf(WrongKeyException.class)
          .hasMessageNotContaining("pass@");
    }
    assertThatThrownBy(() -> open("vault+http://vault.example.com/v1/transit/keys/name"))
        .hasMessageContaining("use vault+https");
  }

  @Test
  void anotherKeyUnwrapsNothing() {
    byte[] wrapped = new RawMasterKey(KEY, "").wrap(KEY, new byte[] {1});

    assertThatThrownBy(() -> new RawMasterKey(new byte[32], "").unwrap(wrapped, new byte[] {1}))
        .isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> new RawMasterKey(KEY, "").unwrap(wrapped, new byte[] {2}))
        .as("wrapped for another data key")
        .isInstanceOf(WrongKeyException.class);
  }

  private String file(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return "file:" + file;
  }

  private static MasterKey open(String address) {
    return MasterKeys.ofEnvironment().open(address);
  }
}
