package dev.gnomon.store.blobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.InputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlobReaderTest {
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private boolean isShort;

  private Hash stored(byte[] content) {
    StoreParts parts = StoreWorkbench.parts(objects, StoreSettings.DEFAULT);
    parts.format().ensureWritable();
    BlobSession session = parts.session(Compression.NONE);
    Hash hash = BlobSession.join(session.store(content, content.length, BlobSession.Kind.DATA));
    session.publish();
    return hash;
  }

  private StoreParts readWithoutMemory() {
    ForwardingObjectStore store =
        new ForwardingObjectStore(objects) {
          @Override
          public Optional<InputStream> read(ObjectName name, ByteRange range) {
            if (isShort && name.value().startsWith(Names.PACKS)) {
              throw new OutOfMemoryError("Java heap space");
            }
            return super.read(name, range);
          }
        };
    return StoreWorkbench.parts(store, StoreSettings.DEFAULT);
  }

  @Test
  void wantOfMemoryIsToldAsSuchAndTheNextReadTriesAgain() {
    byte[] content = "content".getBytes(UTF_8);
    Hash hash = stored(content);
    BlobReader reader = readWithoutMemory().reader();
    isShort = true;
    assertThatThrownBy(() -> reader.read(hash)).isInstanceOf(OutOfMemoryError.class);
    isShort = false;

    assertThat(reader.read(hash)).isEqualTo(content);
  }
}
