package dev.gnomon.s3;

import dev.gnomon.core.objects.MeasuredStream;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// The announced bytes of an answer: fewer, a broken connection and another hash are faults.
/// Closing it gives the connection back. Not thread-safe.
final class S3Stream extends MeasuredStream {
  private final InputStream body;
  private final S3Faults faults;
  private final String what;
  private final Optional<Expected> expected;

  /// The SHA-256 that whole content must have, and the digest that is fed with it.
  record Expected(String sha256, MessageDigest digest) {}

  S3Stream(
      InputStream body, long length, Optional<Expected> expected, String what, S3Faults faults) {
    super(length);
    this.body = body;
    this.expected = expected;
    this.what = what;
    this.faults = faults;
  }

  @Override
  protected int some(byte[] buffer, int offset, int length) {
    int count;
    try {
      count = body.read(buffer, offset, length);
    } catch (IOException e) {
      throw faults.fault(
          Kind.TRANSIENT, what, "the answer broke off, " + left() + " bytes missing", "", e);
    }
    if (count < 0) {
      throw faults.fault(
          Kind.TRANSIENT, what, "the answer ended early, " + left() + " bytes missing", "");
    }
    expected.ifPresent(e -> e.digest().update(buffer, offset, count));
    if (count == left()) {
      verify();
    }
    return count;
  }

  /// Refuses the last bytes if all of them are not what was stored.
  private void verify() throws ObjectStoreException {
    if (expected.isEmpty()) {
      return;
    }
    String actual = HexFormat.of().formatHex(expected.get().digest().digest());
    if (!actual.equals(expected.get().sha256().toLowerCase(Locale.ROOT))) {
      throw faults.fault(
          Kind.PERMANENT,
          what,
          "the content is damaged: its SHA-256 is %s, but %s was stored"
              .formatted(actual, expected.get().sha256()),
          "");
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
