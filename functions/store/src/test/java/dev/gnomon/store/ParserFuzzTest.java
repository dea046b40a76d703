package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Codec;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.blobs.Places;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.prefix.PrefixRoot;
import dev.gnomon.store.prefix.PrefixWalk;
import dev.gnomon.store.tree.BlobWalk;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Hints;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No input makes a parser crash, hang or take all memory; what protects a form by its hash is made
/// to fit again, so that what lies behind it is reached too.
class ParserFuzzTest {
  private static final int INPUTS = 10_000;
  private static final int INPUTS_LONG = 1_000_000;
  private static final String KEPT = "/fuzz/parsers.txt";
  private static final StoreForm PLAIN = StoreForm.plain(2, dev.gnomon.store.blobs.FastCdc.DEFAULT);

  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final InMemoryObjectStore sealed = new InMemoryObjectStore();
  private final StoreSettings keyed = EncryptedStoreTest.with(EncryptedStoreTest.KEY);

  @BeforeEach
  void capture() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    for (int i = 0; i < 12; i++) {
      Trees.write(source.resolve("d" + i % 3).resolve("f" + i), Trees.random(i, 100 + i));
    }
    Trees.write(source.resolve("text"), "much the same ".repeat(300));
    Trees.shell(source, "ln -s text link; ln text second; setfattr -n user.a -v b text || true");
    StoreFixture.on(objects).capture(source);
    StoreFixture.on(sealed, keyed).capture(source);
  }

  @Test
  void parsersRefuseWhatTheyCantTake() {
    all(new Fuzzer(INPUTS, KEPT));
  }

  @Tag("long")
  @Test
  void parsersRefuseAMillionInputs() {
    all(new Fuzzer(INPUTS_LONG, KEPT));
  }

  private void all(Fuzzer fuzzer) {
    index(fuzzer);
    trailers(fuzzer);
    pieces(fuzzer);
    trees(fuzzer);
    prefixes(fuzzer);
    sealedForms(fuzzer);
    fuzzer.requireAllKeptFed();
  }

  private void index(Fuzzer fuzzer) {
    ObjectName name = Names.index("x");
    List<byte[]> valid = contents(objects, Names.INDEX);
    fuzzer.run("index", valid, input -> PLAIN.packs().readIndex(name, input));
    List<byte[]> bodies =
        valid.stream()
            .map(index -> {
              int size = ByteBuffer.wrap(index, 8, 4).getInt();
              return Zstd.decompress(Arrays.copyOfRange(index, 12, index.length - 32), size);
            })
            .toList();
    fuzzer.through(
        "index that fits its hash",
        bodies,
        body -> {
          byte[] compressed = Zstd.compress(body);
          ByteBuffer out = ByteBuffer.allocate(12 + compressed.length + Hash.BYTES);
          out.put("GNINDX02".getBytes(US_ASCII)).putInt(body.length).put(compressed);
          Hash.of(out.array(), 0, out.position()).writeTo(out);
          PLAIN.packs().readIndex(name, out.array());
        });
  }

  private void trailers(Fuzzer fuzzer) {
    List<byte[]> valid = contents(objects, Names.PACKS);
    InMemoryObjectStore one = new InMemoryObjectStore();
    ObjectName name = Names.pack("x");
    fuzzer.through(
        "pack",
        valid,
        input -> {
          one.exchange(name, input);
          BlobTable.trailer(one, PLAIN, "x", input.length);
        });
    List<byte[]> lists =
        valid.stream()
            .map(pack -> {
              int length = ByteBuffer.wrap(pack, pack.length - 12, 4).getInt();
              return Arrays.copyOfRange(pack, pack.length - 44 - length, pack.length - 44);
            })
            .toList();
    fuzzer.through(
        "trailer that fits its hash",
        lists,
        list -> {
          ByteBuffer out = ByteBuffer.allocate(list.length + 44).put(list);
          Hash.of(list).writeTo(out);
          out.putInt(list.length).put("GNPACK02".getBytes(US_ASCII));
          one.exchange(name, out.array());
          BlobTable.trailer(one, PLAIN, "x", out.capacity());
        });
  }

  /// Pieces that claim other lengths and codecs: bombs among them.
  private void pieces(Fuzzer fuzzer) {
    byte[] content = "much the same ".repeat(300).getBytes(US_ASCII);
    byte[] bomb = Zstd.compress(new byte[64 << 20]);
    List<byte[]> valid = List.of(head(content.length, Codec.ZSTD, Zstd.compress(content)));
    List<byte[]> seeds = new ArrayList<>(valid);
    seeds.add(head(content.length, Codec.NONE, content));
    InMemoryObjectStore one = new InMemoryObjectStore();
    Fuzzer.Parser parser =
        input -> {
          if (input.length < 5) {
            throw new BlobFault("too short to be worth it");
          }
          ByteBuffer in = ByteBuffer.wrap(input);
          int raw = in.getInt() & 0x7fffff;
          Codec codec = Codec.values()[Math.floorMod(in.get(), Codec.values().length)];
          byte[] stored = Arrays.copyOfRange(input, 5, input.length);
          one.exchange(Names.pack("x"), stored);
          BlobTable.Location place = new BlobTable.Location("x", 0, stored.length, raw, codec);
          new BlobReader(one, nothing(), () -> PLAIN).readAt(Hash.of(content), place);
        };
    fuzzer.through("piece", seeds, parser);
    for (Codec codec : Codec.values()) {
      try {
        parser.parse(head(content.length, codec, bomb));
        throw new AssertionError("a bomb was taken");
      } catch (BlobFault e) {
        assertThat(e).hasMessageContaining("does not hold chunk");
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  private static byte[] head(int raw, Codec codec, byte[] stored) {
    return ByteBuffer.allocate(5 + stored.length)
        .putInt(raw)
        .put((byte) codec.ordinal())
        .put(stored)
        .array();
  }

  private static Places nothing() {
    return new Places() {
      @Override
      public List<BlobTable.Location> all(Hash hash) {
        return List.of();
      }

      @Override
      public void refresh() {}
    };
  }

  private void trees(Fuzzer fuzzer) {
    List<byte[]> trees = blobs(objects, StoreSettings.DEFAULT);
    List<byte[]> seeds = new ArrayList<>();
    List<byte[]> hints = new ArrayList<>();
    for (byte[] blob : trees) {
      try {
        drain(new Directory(content(blob), hash -> blob));
        seeds.add(blob);
      } catch (BlobFault e) {
        hints.add(blob);
      }
    }
    assertThat(seeds).isNotEmpty();
    fuzzer.through(
        "directory", seeds, input -> drain(new Directory(content(input), hash -> input)));
    fuzzer.through(
        "hints",
        hints.stream().filter(ParserFuzzTest::areHints).toList(),
        input -> Hints.read(content(input), hash -> input));
    byte[] list = ByteBuffer.allocate(64).putLong(1).array();
    fuzzer.through(
        "list of hashes",
        List.of(list),
        input -> {
          ContentRef ref = new ContentRef(9, 1, List.of(Hash.of(input)));
          Contents.allMatch(ref, hash -> input, hash -> true);
        });
    byte[] reference = new Encoder().content(content(list)).take();
    fuzzer.through(
        "reference",
        List.of(reference),
        input -> new Decoder(new ByteArrayInputStream(input)).content());
  }

  private static boolean areHints(byte[] blob) {
    try {
      Hints.read(content(blob), hash -> blob);
      return true;
    } catch (BlobFault e) {
      return false;
    }
  }

  private static void drain(Directory directory) {
    while (directory.hasNext()) {
      directory.next();
    }
  }

  private static ContentRef content(byte[] bytes) {
    return new ContentRef(bytes.length, 0, List.of(Hash.of(bytes)));
  }

  private void prefixes(Fuzzer fuzzer) {
    byte[] encoded = new PrefixRoot(1, Hash.of(new byte[1]), Hash.of(new byte[2]), 3, 4).encode();
    fuzzer.through("root of a prefix", List.of(encoded), PrefixRoot::decode);
    PrefixFixture fixture = new PrefixFixture();
    for (int i = 0; i < 300; i++) {
      fixture.bucket.put(
          "data/%03d".formatted(i),
          "object " + i,
          PrefixFixture.attributes("text/plain", Map.of("by", "us"), Map.of("stage", "live")));
    }
    fixture.settle();
    StoreParts parts = RootsTest.parts(fixture.objects, fixture.settings);
    PrefixRoot root =
        PrefixRoot.decode(parts.points().get(fixture.capture().id()).orElseThrow().root());
    assertThat(root.level()).isEqualTo(1);
    Map<Hash, byte[]> nodes = new HashMap<>();
    BlobReader reader = parts.reader();
    PrefixWalk.lead(
        root, walk(hash -> nodes.computeIfAbsent(hash, node -> reader.read(node).clone())));
    byte[] inner = Objects.requireNonNull(nodes.remove(root.node()));
    byte[] leaf = nodes.values().iterator().next();
    fuzzer.through(
        "inner nodes of a prefix",
        List.of(inner),
        input -> PrefixWalk.lead(root, walk(hash -> hash.equals(root.node()) ? input : leaf)));
    PrefixRoot small = new PrefixRoot(0, root.node(), root.content(), 3, 4);
    fuzzer.through(
        "leaves of a prefix",
        List.copyOf(nodes.values()),
        input -> PrefixWalk.lead(small, walk(hash -> input)));
  }

  /// A walk that ends at its first fault.
  private static BlobWalk walk(Contents.Blobs blobs) {
    return new BlobWalk(
        blobs,
        new BlobWalk.Visitor() {
          @Override
          public void blob(String path, Hash hash) {}

          @Override
          public void fault(String path, BlobFault fault) {
            throw fault;
          }
        });
  }

  private void sealedForms(Fuzzer fuzzer) {
    StoreParts parts = RootsTest.parts(sealed, keyed);
    StoreForm form = parts.format().get();
    ObjectName name =
        sealed.names().stream()
            .filter(each -> each.value().startsWith(Names.INDEX))
            .findFirst()
            .orElseThrow();
    fuzzer.run(
        "sealed index", List.of(bytes(sealed, name)), input -> form.packs().readIndex(name, input));
    ObjectName point = new ObjectName("store/points/site/00000000000000000001");
    fuzzer.run("sealed record", List.of(bytes(sealed, point)), input -> form.opened(point, input));
    ObjectName pack =
        sealed.names().stream()
            .filter(each -> each.value().startsWith(Names.PACKS))
            .findFirst()
            .orElseThrow();
    byte[] whole = bytes(sealed, pack);
    fuzzer.run(
        "sealed pack",
        List.of(whole),
        input -> {
          sealed.damage(pack, bytes -> input);
          PackContents contents = BlobTable.trailer(sealed, form, Names.last(pack), input.length);
          for (PackContents.Piece piece : contents.pieces()) {
            parts.reader().readAt(piece.hash(), piece.in(contents.pack()));
          }
        });
    sealed.damage(pack, bytes -> whole);
  }

  private static List<byte[]> blobs(InMemoryObjectStore store, StoreSettings settings) {
    StoreParts parts = RootsTest.parts(store, settings);
    List<byte[]> blobs = new ArrayList<>();
    for (ObjectName pack :
        store.names().stream().filter(name -> name.value().startsWith(Names.PACKS)).toList()) {
      long size = store.stat(pack).orElseThrow().sizeBytes();
      PackContents contents =
          BlobTable.trailer(store, parts.format().get(), Names.last(pack), size);
      for (PackContents.Piece piece : contents.pieces()) {
        blobs.add(parts.reader().readAt(piece.hash(), piece.in(contents.pack())));
      }
    }
    return blobs;
  }

  private static List<byte[]> contents(InMemoryObjectStore store, String prefix) {
    return store.names().stream()
        .filter(name -> name.value().startsWith(prefix))
        .map(name -> bytes(store, name))
        .toList();
  }

  private static byte[] bytes(InMemoryObjectStore store, ObjectName name) {
    try (var in = store.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
