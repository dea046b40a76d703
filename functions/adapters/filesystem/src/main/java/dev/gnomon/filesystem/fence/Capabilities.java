package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Effective capabilities of this process (capabilities(7)).
final class Capabilities {
  static final int LINUX_IMMUTABLE = 9;
  static final int SYS_PTRACE = 19;

  private Capabilities() {}

  static boolean has(int capability) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> new BigInteger(line.substring("CapEff:".length()).strip(), 16))
          .anyMatch(set -> set.testBit(capability));
    } catch (IOException e) {
      return false;
    }
  }
}
