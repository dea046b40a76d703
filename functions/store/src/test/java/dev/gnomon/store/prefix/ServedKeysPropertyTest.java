package dev.gnomon.store.prefix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rule by which names of files become keys of objects.
class ServedKeysPropertyTest {
  private static final long SEED = Long.getLong("gnomon.seed", System.nanoTime());
  private static final String[] PIECES = {
    "a",
    "B",
    "!",
    "!21",
    "\\",
    ".",
    "..",
    "/",
    "\u0001",
    "\u007f",
    "é",
    "日",
    "😀",
    "\u0085",
    "\uFFFE",
    "\uFFFF",
    "\uFFFD",
    " ",
    "%",
    ".gnomon-trial"
  };

  private final Random random = new Random(SEED);

  ServedKeysPropertyTest() {
    System.out.println("ServedKeysPropertyTest: -Dgnomon.seed=" + SEED);
  }

  @ParameterizedTest
  @CsvSource({
    "css/site.css,css/site.css",
    "Grüße/日 本,Grüße/日 本",
    "a!b,a!21b",
    "a\\b,a!5Cb",
    ".gnomon-trial/x,!2Egnomon-trial/x",
    "x/.gnomon-trial,x/.gnomon-trial",
  })
  void aPathIsItsOwnKeyButForWhatIsNoKeyEverywhere(String path, String key) {
    assertThat(ServedKeys.key(Keys.raw(path))).isEqualTo(Keys.raw(key));
  }

  @Test
  void bytesThatAreNoTextAreEscaped() {
    assertThat(ServedKeys.key("a\u00ff\u00c3(\u0000\n\u00ed\u00a0\u0080"))
        .isEqualTo("a!FF!C3(!00!0A!ED!A0!80");
  }

  @Test
  void everyPathHasAKeyOfItsOwnThatLeadsBack() throws CharacterCodingException {
    Map<String, String> keys = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String path = path();
      String key = ServedKeys.key(path);

      assertThat(ServedKeys.path(key)).isEqualTo(path);
      assertThat(keys.merge(key, path, (first, second) -> first)).isEqualTo(path);
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(key.getBytes(ISO_8859_1))).toString();
      assertThat(text.codePoints())
          .noneMatch(c -> Character.isISOControl(c) || c == '\\' || c == 0xfffe || c == 0xffff);
      for (String segment : text.split("/", -1)) {
        assertThat(segment).isNotIn(".", "..", "");
      }
      assertThat(text).doesNotStartWith(".gnomon-trial/").isNotEqualTo(".gnomon-trial");
    }
  }

  @ParameterizedTest
  @CsvSource({"a!", "a!2", "a!2g", "a!61", "a!2f", "a\\", ".gnomon-trial/x"})
  void aKeyThatNoPathHasIsRefused(String key) {
    assertThatThrownBy(() -> ServedKeys.path(key)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longNamesAndKeysAreNotServed() {
    String segment = "x".repeat(255);
    String key = segment + "/" + segment + "/" + segment + "/" + segment;

    assertThat(ServedKeys.obstacle(key, 1)).isEmpty();
    assertThat(ServedKeys.obstacle(key, 2).orElseThrow()).contains("1025", "1024");
    assertThat(ServedKeys.obstacle("a/" + segment + "x/b", 1).orElseThrow()).contains("256", "255");
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    for (int names = 1 + random.nextInt(3); names > 0; names--) {
      String name = name();
      path.append(path.isEmpty() ? "" : "/").append(name);
    }
    return path.toString();
  }

  private String name() {
    while (true) {
      StringBuilder name = new StringBuilder();
      for (int pieces = 1 + random.nextInt(4); pieces > 0; pieces--) {
        name.append(
            random.nextInt(3) == 0
                ? String.valueOf((char) random.nextInt(256))
                : Keys.raw(PIECES[random.nextInt(PIECES.length)]));
      }
      String made = name.toString().replace("/", "").replace("\0", "");
      if (!made.isEmpty()) {
        return made;
      }
    }
  }
}
