package dev.gnomon.local.stack;

import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// What the servers of one data directory ask for. Made at random when first needed and kept in a
/// file of mode 0600.
///
/// @param cells keys of each local cell's bucket, by the cell's name
record Credentials(String redisPassword, Map<String, Keys> cells) {
  private static final int KEY_LENGTH = 20;
  private static final int SECRET_LENGTH = 40;
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Of an S3 bucket.
  record Keys(String accessKey, String secretKey) {}

  Credentials {
    cells = Map.copyOf(cells);
  }

  /// Reads the file and adds what is missing in it.
  ///
  /// @throws StackException if the file can't be read or written
  static Credentials load(Path file, Collection<CellName> wanted) {
    try {
      Credentials known =
          Files.exists(file)
              ? Json.MAPPER.readValue(Files.readAllBytes(file), Credentials.class)
              : new Credentials(random(SECRET_LENGTH), Map.of());
      Credentials all = known.with(wanted);
      if (Files.notExists(file) || !all.equals(known)) {
        PrivateFiles.write(file, Json.MAPPER.writeValueAsBytes(all));
      }
      return all;
    } catch (IOException e) {
      throw new StackException(
          "can't use %s: %s; remove it to have new credentials made".formatted(file, e), e);
    }
  }

  private Credentials with(Collection<CellName> wanted) {
    Map<String, Keys> more = new TreeMap<>(cells);
    for (CellName cell : wanted) {
      more.computeIfAbsent(
          cell.value(), unseen -> new Keys(random(KEY_LENGTH), random(SECRET_LENGTH)));
    }
    return new Credentials(redisPassword, more);
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "Credentials" + cells.keySet();
  }
}
