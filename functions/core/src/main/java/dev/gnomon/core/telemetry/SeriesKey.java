package dev.gnomon.core.telemetry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which series a sample belongs to: a metric's name and labels, in one order whatever order they
/// came in.
///
/// @param metric 1 to 200 characters, as Prometheus or OpenTelemetry writes it, with its unit
/// @param labels at most 32; names of 1 to 128 characters, values of at most 512
public record SeriesKey(String metric, SortedMap<String, String> labels) {
  public static final int METRIC_AT_MOST = 200;
  public static final int LABELS_AT_MOST = 32;
  public static final int LABEL_NAME_AT_MOST = 128;
  public static final int LABEL_VALUE_AT_MOST = 512;

  private static final int ID_BYTES = 16;

  /// @throws IllegalArgumentException if a limit is passed
  public SeriesKey {
    within("metric", metric, 1, METRIC_AT_MOST);
    if (labels.size() > LABELS_AT_MOST) {
      throw new IllegalArgumentException(
          "metric %s has %d labels, at most %d are kept"
              .formatted(metric, labels.size(), LABELS_AT_MOST));
    }
    labels.forEach((name, value) -> {
      within("label name", name, 1, LABEL_NAME_AT_MOST);
      within("value of label " + name, value, 0, LABEL_VALUE_AT_MOST);
    });
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  public static SeriesKey of(String metric, Map<String, String> labels) {
    return new SeriesKey(metric, new TreeMap<>(labels));
  }

  /// The first 128 bits of the SHA-256 of metric and labels, as 32 hexadecimal digits: what state
  /// is kept under.
  public String id() {
    MessageDigest sha = sha256();
    add(sha, metric);
    labels.forEach((name, value) -> {
      add(sha, name);
      add(sha, value);
    });
    return HexFormat.of().formatHex(Arrays.copyOf(sha.digest(), ID_BYTES));
  }

  /// With its length in front, so that no two keys give the same bytes.
  private static void add(MessageDigest sha, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha.update((byte) (bytes.length >>> 8));
    sha.update((byte) bytes.length);
    sha.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void within(String what, String text, int least, int most) {
    // As JSON Schema counts them: what it lets in must not be refused here.
    int characters = text.codePointCount(0, text.length());
    if (characters < least || characters > most) {
      throw new IllegalArgumentException(
          "%s has %d characters, expected %d to %d".formatted(what, characters, least, most));
    }
  }

  /// As Prometheus writes it: `metric{name="value"}`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(metric);
    if (!labels.isEmpty()) {
      text.append('{');
      labels.forEach((name, value) ->
          text.append(name)
              .append("=\"")
              .append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
              .append("\","));
      text.setCharAt(text.length() - 1, '}');
    }
    return text.toString();
  }
}
