package dev.gnomon.core.logs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// What lines have in common.
///
/// @param tokens masked
public record Template(List<String> tokens) {
  private static final int ID_BYTES = 6;

  /// Characters of a template that are kept.
  static final int TEXT_AT_MOST = 300;

  /// What all lines are that no other template takes, because there are too many.
  public static final Template OTHER = new Template(List.of("other"));

  public Template {
    tokens = List.copyOf(tokens);
  }

  static Template parse(String text) {
    return new Template(List.of(text.split(" ", -1)));
  }

  /// No longer than is kept, so that it means the same wherever it is read.
  static Template of(List<String> tokens) {
    int length = 0;
    int count = 0;
    while (count < tokens.size() && length + tokens.get(count).length() < TEXT_AT_MOST) {
      length += tokens.get(count++).length() + 1;
    }
    return new Template(tokens.subList(0, Math.max(1, count)));
  }

  /// 12 hexadecimal digits that follow from the text alone: the same in all processes.
  public String id() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha.digest(text().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public String text() {
    return String.join(" ", tokens);
  }

  /// The share of tokens that are the same, of lines with as many tokens (simSeq of Drain).
  double similarity(List<String> line) {
    int same = 0;
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).equals(line.get(i))) {
        same++;
      }
    }
    return (double) same / tokens.size();
  }
}
