package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.store.blobs.Hash;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Hash over all frames of a journal up to one: each frame's is that of the one before and its own
/// stored bytes, so a frame that is lost, changed or moved is found by the next.
final class Chain {
  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Chain::sha256);

  private Chain() {}

  /// Before the first frame.
  static Hash genesis(ResourceName resource) {
    return Hash.of(("gnomon journal " + resource).getBytes(UTF_8));
  }

  static Hash next(Hash before, byte[] content, int offset, int length) {
    MessageDigest digest = DIGEST.get();
    digest.update(before.bytes());
    digest.update(content, offset, length);
    return Hash.read(ByteBuffer.wrap(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
