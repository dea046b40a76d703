package dev.gnomon.s3;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import io.minio.GetObjectResponse;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;

/// Checks that the answer to a ranged get is the range that was asked for (RFC 9110, 14.4): a
/// server or cache that ignores ranges would otherwise give other bytes than the caller thinks.
final class S3Ranges {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
  private static final Pattern SHA256_HEX = Pattern.compile("[0-9a-fA-F]{64}");

  private S3Ranges() {}

  /// A stream of exactly the announced bytes.
  static InputStream checked(
      GetObjectResponse answer, ByteRange asked, String what, S3Faults faults) {
    Headers headers = answer.headers();
    String announced = String.valueOf(headers.get("Content-Length"));
    if (!LENGTH.matcher(announced).matches()) {
      throw faults.fault(
          Kind.PERMANENT,
          what,
          "the answer has the Content-Length '" + announced + "'",
          "use a server, or a proxy before it, that announces lengths");
    }
    long length = Long.parseLong(announced);
    boolean whole = asked.equals(ByteRange.ALL);
    if (!whole && length > 0) {
      checkRange(String.valueOf(headers.get("Content-Range")), length, asked, what, faults);
    }
    return new S3Stream(answer, length, whole ? expected(headers) : Optional.empty(), what, faults);
  }

  private static void checkRange(
      String range, long length, ByteRange asked, String what, S3Faults faults) {
    Matcher matcher = CONTENT_RANGE.matcher(range);
    if (!matcher.matches()) {
      // All of an object is its first bytes, if there are not more than were asked for.
      if (asked.offset() > 0 || length > asked.length()) {
        throw faults.fault(
            Kind.PERMANENT,
            what,
            "the server ignored the range %d+%d and gives %d bytes"
                .formatted(asked.offset(), asked.length(), length),
            "use a server, or a proxy before it, that honours Range");
      }
      return;
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    if (first != asked.offset() || last - first + 1 != length || length > asked.length()) {
      throw faults.fault(
          Kind.PERMANENT,
          what,
          "asked for %d bytes from %d, the answer is '%s' with %d bytes"
              .formatted(asked.length(), asked.offset(), range, length),
          "");
    }
  }

  private static Optional<S3Stream.Expected> expected(Headers headers) {
    String sha256 = String.valueOf(headers.get(Digests.STORED_SHA256));
    return SHA256_HEX.matcher(sha256).matches()
        ? Optional.of(new S3Stream.Expected(sha256, Digests.digest("SHA-256")))
        : Optional.empty();
  }
}
