package dev.gnomon.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/// A Valkey of this machine: `GNOMON_TEST_VALKEY_SERVER=path/to/valkey-server`.
final class Valkey {
  private static final String VARIABLE = "GNOMON_TEST_VALKEY_SERVER";

  private Valkey() {}

  /// Its executable; skips the test where there is none.
  static Path server() {
    String given = System.getenv(VARIABLE);
    boolean there = given != null && !given.isBlank();
    if (!there) {
      System.out.println("Skipped: no " + VARIABLE + "=path names a valkey-server.");
    }
    assumeTrue(there, VARIABLE + " is not set");
    return Path.of(given);
  }
}
