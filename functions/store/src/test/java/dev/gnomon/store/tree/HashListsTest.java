package dev.gnomon.store.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Lists of hashes as a hostile store may have them: whole by their hashes, and naming each other
/// over and over. 256 x 8192^4 chunks would take longer than anybody lives.
@Timeout(60)
class HashListsTest {
  private final Map<Hash, byte[]> blobs = new HashMap<>();

  private Hash blob(byte[] content) {
    Hash hash = Hash.of(content);
    blobs.put(hash, content);
    return hash;
  }

  /// A blob that names one other again and again.
  private Hash list(Hash of, int times) {
    ByteBuffer list = ByteBuffer.allocate(times * Hash.BYTES);
    for (int i = 0; i < times; i++) {
      of.writeTo(list);
    }
    return blob(list.array());
  }

  /// @param times how often each list names the one below
  private ContentRef repeated(long size, Hash chunk, int times) {
    Hash top = chunk;
    for (int depth = 0; depth < ContentRef.MAX_DEPTH; depth++) {
      top = list(top, times);
    }
    return new ContentRef(
        size, ContentRef.MAX_DEPTH, Collections.nCopies(ContentRef.MAX_INLINE, top));
  }

  @Test
  void aWalkEntersEachListOnce() {
    ContentRef content = repeated(Long.MAX_VALUE, blob(new byte[] {1}), 8192);
    Set<Hash> met = new HashSet<>();
    int[] read = {0};

    boolean all =
        Contents.allMatch(
            content,
            hash -> {
              read[0]++;
              return blobs.get(hash);
            },
            hash -> {
              met.add(hash);
              return true;
            });

    assertThat(all).isTrue();
    assertThat(met).isEqualTo(blobs.keySet());
    assertThat(read[0]).isEqualTo(ContentRef.MAX_DEPTH);
  }

  @Test
  void whatOneListMissesIsFoundThoughOthersWereMet() {
    Hash wanted = blob(new byte[] {2});
    Hash plain = list(blob(new byte[] {1}), 2);
    ContentRef content = new ContentRef(9, 1, List.of(plain, plain, list(wanted, 3)));

    assertThat(Contents.allMatch(content, blobs::get, hash -> !hash.equals(wanted))).isFalse();
  }

  @Test
  void noMoreChunksThanBytesAreTaken() {
    ContentRef content = repeated(1000, blob(new byte[] {1}), 8192);

    Iterator<Hash> chunks = Contents.chunks(content, blobs::get);

    for (int i = 0; i < 1000; i++) {
      chunks.next();
    }
    assertThatThrownBy(chunks::next)
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("content of 1000 bytes is made of more chunks than that");
  }

  @Test
  void emptyChunksEndToo() {
    ContentRef content = repeated(1000, blob(new byte[0]), 8192);

    assertThatThrownBy(() -> read(content)).isInstanceOf(BlobFault.class);
  }

  @Test
  void emptyListsAreNone() {
    Hash top = blob(new byte[0]);
    for (int depth = 0; depth < 3; depth++) {
      top = list(top, 8192);
    }
    ContentRef content = new ContentRef(Long.MAX_VALUE, 4, Collections.nCopies(256, top));

    assertThatThrownBy(() -> read(content))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("is no list of hashes");
  }

  @Test
  void aStreamIsNoLongerThanItsContentSays() {
    ContentRef content = new ContentRef(5, 0, List.of(blob(new byte[4]), blob(new byte[3])));

    assertThatThrownBy(() -> read(content))
        .isInstanceOf(BlobFault.class)
        .hasMessageContaining("content of 5 bytes is longer than that");
  }

  private void read(ContentRef content) throws IOException {
    try (InputStream in = Contents.stream(content, blobs::get)) {
      in.readAllBytes();
    }
  }
}
