package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CutsPropertyTest {
  private static final FastCdc SMALL = new FastCdc(64, 256, 1024);
  private static final StoreForm FORM = StoreForm.plain(2, SMALL);
  private final long seed = Long.getLong("gnomon.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final InMemoryObjectStore objects = new InMemoryObjectStore();

  CutsPropertyTest() {
    System.out.println("CutsPropertyTest: -Dgnomon.seed=" + seed);
  }

  @Test
  void contentOfAnyLengthComesBackWhateverTheSizesOfItsWrites() throws IOException {
    for (int round = 0; round < 60; round++) {
      byte[] content = new byte[random.nextInt(round == 0 ? 1 : 400_000)];
      random.nextBytes(content);
      BlobSession session = session();
      ContentOutput output =
          new ContentOutput(session, SMALL, BlobSession.Kind.DATA, random.nextInt(3000));
      for (int at = 0; at < content.length; ) {
        int length = Math.min(content.length - at, 1 + random.nextInt(5000));
        if (random.nextBoolean()) {
          output.write(Arrays.copyOfRange(content, at, at + length));
        } else {
          output.transferFrom(new ByteArrayInputStream(content, at, length), length);
        }
        at += length;
      }
      ContentRef ref = output.finish().get();
      session.publish();
      BlobReader reader = new BlobReader(objects, new BlobTable(objects, () -> FORM), () -> FORM);
      assertThat(ref.size()).isEqualTo(content.length);
      assertThat(Contents.stream(ref, reader::read).readAllBytes()).isEqualTo(content);
      assertThat(Contents.allMatch(ref, reader::read, hash -> true)).isTrue();
      byte[] encoded = new Encoder().content(ref).take();
      assertThat(new Decoder(new ByteArrayInputStream(encoded)).content()).isEqualTo(ref);
    }
  }

  @Test
  void anInsertionChangesFewChunks() {
    byte[] content = new byte[200_000];
    random.nextBytes(content);
    byte[] edited = new byte[content.length + 7];
    System.arraycopy(content, 0, edited, 0, 100_000);
    System.arraycopy(content, 100_000, edited, 100_007, 100_000);
    Set<Hash> before = new HashSet<>(chunks(content));
    List<Hash> after = chunks(edited);
    long fresh = after.stream().filter(hash -> !before.contains(hash)).count();
    // How soon cuts meet again is a matter of chance; the whole second half would be about 350.
    assertThat(fresh).isLessThan(60);
    assertThat(after.size()).isBetween(300, 1500);
  }

  @Test
  void cutsOfFormatOneStayWhatTheyAre() {
    byte[] content = new byte[8 << 20];
    new Random(42).nextBytes(content);
    List<Integer> cuts = new ArrayList<>();
    for (int at = 0; at < content.length; ) {
      int length = FastCdc.FORMAT_1.cut(content, at, Math.min(4 << 20, content.length - at));
      cuts.add(length);
      at += length;
    }
    assertThat(cuts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(content.length);
    assertThat(Hash.of(cuts.toString().getBytes()).toString()).startsWith(GOLDEN);
  }

  private static final String GOLDEN = "390b0470174374d7";

  @Test
  void entriesComeBackAsTheyWere() {
    for (int round = 0; round < 500; round++) {
      TreeMap<String, byte[]> attributes = new TreeMap<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        attributes.put("user.a" + random.nextInt(), Trees.random(round, random.nextInt(50)));
      }
      Meta meta =
          new Meta(
              random.nextInt(4096),
              random.nextInt(),
              random.nextInt(),
              random.nextLong() >> random.nextInt(40),
              random.nextInt(1_000_000_000),
              attributes);
      Entry entry = new Entry.SymlinkEntry("n" + round, meta, "t" + random.nextInt());
      byte[] encoded = Encoder.encode(entry);
      Entry decoded = new Decoder(new ByteArrayInputStream(encoded)).next().orElseThrow();
      assertThat(Encoder.encode(decoded)).isEqualTo(encoded);
      assertThat(((Entry.SymlinkEntry) decoded).meta().sameAs(meta)).isTrue();
      int cut = random.nextInt(encoded.length - 1) + 1;
      assertThatThrownBy(() -> new Decoder(new ByteArrayInputStream(encoded, 0, cut)).next())
          .isInstanceOf(BlobFault.class);
    }
  }

  @Test
  void randomBytesAreNeverTakenForAnIndexOrAnEntry() {
    for (int round = 0; round < 5000; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThatThrownBy(() -> FORM.packs().readIndex(Names.index("x"), bytes))
          .isInstanceOf(BlobFault.class);
      try {
        new Decoder(new ByteArrayInputStream(bytes)).next();
      } catch (BlobFault e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  private List<Hash> chunks(byte[] content) {
    BlobSession session = session();
    ContentOutput output = new ContentOutput(session, SMALL, BlobSession.Kind.DATA, 0);
    output.write(content);
    List<Hash> chunks = new ArrayList<>();
    Contents.chunks(output.finish().get(), session::read).forEachRemaining(chunks::add);
    return chunks;
  }

  private BlobSession session() {
    return new BlobSession(
        objects,
        new BlobTable(objects, () -> FORM),
        FORM,
        Compression.ZSTD,
        Set.of(),
        Runnable::run,
        () -> UUID.randomUUID().toString());
  }
}
