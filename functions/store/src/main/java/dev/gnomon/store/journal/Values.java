package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/// Contents of values: as streams, and compared with what a target holds. Thread-safe.
record Values(BlobReader blobs) {

  InputStream stream(Content content) {
    return switch (content) {
      case Content.Inline inline -> new ByteArrayInputStream(inline.bytes());
      case Content.Stored stored -> Contents.stream(TransactionCodec.ref(stored), blobs::read);
      case Content.InSource source -> throw elsewhere();
    };
  }

  /// Whether a target holds exactly this under a key.
  ///
  /// @param size of what it holds, if it is known
  boolean holds(KeyedTarget target, Key key, Content content) {
    Optional<InputStream> there = target.read(key);
    if (there.isEmpty()) {
      return false;
    }
    try (InputStream in = there.get()) {
      return same(in, content);
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading '" + Keys.display(key) + "' failed");
    }
  }

  private boolean same(InputStream in, Content content) throws IOException {
    return switch (content) {
      case Content.Inline inline ->
          Arrays.equals(in.readNBytes(inline.bytes().length + 1), inline.bytes());
      case Content.Stored stored -> same(in, TransactionCodec.ref(stored));
      case Content.InSource source -> throw elsewhere();
    };
  }

  private static Refusal elsewhere() {
    return new Refusal(
        "this journal refers to versions of its bucket and holds no content: restore it to a prefix"
            + " of that server");
  }

  private boolean same(InputStream in, ContentRef content) throws IOException {
    for (Iterator<Hash> chunks = Contents.chunks(content, blobs::read); chunks.hasNext(); ) {
      Hash expected = chunks.next();
      int length = blobs.rawBytes(expected);
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length || !blobs.id(bytes, 0, length).equals(expected)) {
        return false;
      }
    }
    return in.read() < 0;
  }
}
