package dev.gnomon.core.prediction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Names data by its content: SHA-256 over runs and rows in their order, numbers as IEEE 754
/// binary64 in network order.
public final class RunsHash {
  private RunsHash() {}

  /// In hexadecimal digits.
  public static String of(List<Run> runs) {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    ByteBuffer row = ByteBuffer.allocate((Feature.values().length + 2) * Double.BYTES);
    for (Run run : runs) {
      sha.update((run.name() + "\n").getBytes(StandardCharsets.UTF_8));
      for (Run.Row one : run.rows()) {
        row.clear();
        for (double value : one.features().values()) {
          row.putDouble(value);
        }
        row.putLong(one.at().toEpochMilli()).putDouble(one.secondsToFailure().orElse(-1));
        sha.update(row.array());
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
