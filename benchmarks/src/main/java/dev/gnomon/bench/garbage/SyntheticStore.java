package dev.gnomon.bench.garbage;

import dev.gnomon.bench.work.MadeUp;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.blobs.Codec;
import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.blobs.PackContents.Piece;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.points.Records;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store with one point of very many small files, a thousand to a directory, of one chunk each,
/// and a tenth as many chunks that nobody needs. Index objects and trees are real and are made when
/// they are read; the content of files does not exist. One thread reads at a time.
final class SyntheticStore implements ObjectStore {
  private static final StoreForm FORM = StoreForm.plain(2, FastCdc.DEFAULT);
  private static final int FILES_IN_DIRECTORY = 1000;
  private static final int DIRECTORIES_IN_PACK = 200;
  private static final int CHUNKS_IN_PACK = 4096;
  private static final int CHUNK_BYTES = 4096;
  private static final int PACKS_IN_INDEX = 100;
  private static final Instant OLD = Instant.parse("2026-01-01T00:00:00Z");
  private static final Meta META = new Meta(0644, 0, 0, 1, 1, new TreeMap<>());

  private final NavigableMap<ObjectName, Item> items = new TreeMap<>();
  private final long files;
  private final long chunks;
  private final Duration offset;
  private @Nullable ObjectName cachedName;
  private byte[] cached = new byte[0];

  private record Item(long size, Supplier<byte[]> content) {}

  /// @param chunks about how many there are
  SyntheticStore(long chunks) {
    this.offset = Duration.ofDays(10);
    long directories = Math.max(1, chunks * 10 / 11 / FILES_IN_DIRECTORY);
    this.files = directories * FILES_IN_DIRECTORY;
    this.chunks = files + files / 10;
    create(new ObjectName("store/format"), format());
    data();
    point(trees(directories));
  }

  long chunks() {
    return chunks;
  }

  private static byte[] format() {
    StoreBytes one = new StoreBytes();
    record Format(int version, String cuts, String ids, String encryption) {}
    new Records(one, () -> FORM)
        .create(
            new ObjectName("store/format"),
            new Format(2, FastCdc.DEFAULT.text(), "sha256", "none"));
    return one.content();
  }

  private static String id(int kind, long number) {
    return new UUID(0x1000_0000_0000_4000L + kind, Long.MIN_VALUE + number).toString();
  }

  private void data() {
    long packs = (chunks + CHUNKS_IN_PACK - 1) / CHUNKS_IN_PACK;
    for (long pack = 0; pack < packs; pack++) {
      items.put(
          Names.pack(id(1, pack)),
          new Item(
              (long) CHUNKS_IN_PACK * CHUNK_BYTES,
              () -> {
                throw new IllegalStateException("nobody reads the content of files");
              }));
    }
    for (long first = 0; first < packs; first += PACKS_IN_INDEX) {
      long from = first;
      ObjectName name = Names.index(id(2, first));
      items.put(
          name,
          new Item(
              PACKS_IN_INDEX * CHUNKS_IN_PACK * 45L,
              () -> index(name, from, Math.min(packs, from + PACKS_IN_INDEX))));
    }
  }

  private byte[] index(ObjectName name, long from, long to) {
    List<PackContents> contents = new ArrayList<>();
    for (long pack = from; pack < to; pack++) {
      List<Piece> pieces = new ArrayList<>(CHUNKS_IN_PACK);
      for (int i = 0; i < CHUNKS_IN_PACK && pack * CHUNKS_IN_PACK + i < chunks; i++) {
        Hash hash = MadeUp.hash(pack * CHUNKS_IN_PACK + i);
        pieces.add(new Piece(hash, i * CHUNK_BYTES, CHUNK_BYTES, CHUNK_BYTES, Codec.NONE));
      }
      contents.add(new PackContents(id(1, pack), pieces));
    }
    return FORM.packs().index(name, contents);
  }

  private static byte[] directory(long number) {
    Encoder encoder = new Encoder();
    for (int i = 0; i < FILES_IN_DIRECTORY; i++) {
      long file = number * FILES_IN_DIRECTORY + i;
      encoder.entry(
          new Entry.FileEntry(
              "f%06d".formatted(i),
              META,
              new ContentRef(CHUNK_BYTES, 0, List.of(MadeUp.hash(file)))));
    }
    return encoder.take();
  }

  /// Packs of directories; the directory above them is the point's root.
  private Entry.DirEntry trees(long directories) {
    Entry.Totals totals = new Entry.Totals(FILES_IN_DIRECTORY, 1, 0, 0);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Encoder root = new Encoder();
    List<byte[]> tops = new ArrayList<>();
    ByteArrayOutputStream top = new ByteArrayOutputStream();
    Encoder encoder = new Encoder();
    int length = directory(0).length;
    for (long first = 0; first < directories; first += DIRECTORIES_IN_PACK) {
      int count = (int) Math.min(DIRECTORIES_IN_PACK, directories - first);
      List<Piece> pieces = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Hash hash = Hash.of(directory(first + i));
        pieces.add(new Piece(hash, i * length, length, length, Codec.NONE));
        encoder.entry(
            new Entry.DirEntry(
                "d%012d".formatted(first + i),
                META,
                new ContentRef(length, 0, List.of(hash)),
                totals));
      }
      top.writeBytes(encoder.take());
      long from = first;
      String id = id(3, first);
      items.put(Names.pack(id), new Item((long) count * length, () -> directories(from, count)));
      named(new PackContents(id, pieces), first);
      if (top.size() > 1 << 20) {
        tops.add(top.toByteArray());
        top.reset();
      }
    }
    tops.add(top.toByteArray());
    List<Piece> pieces = new ArrayList<>();
    int number = 0;
    for (byte[] bytes : tops) {
      Hash hash = Hash.of(bytes);
      pieces.add(new Piece(hash, all.size(), bytes.length, bytes.length, Codec.NONE));
      all.writeBytes(bytes);
      root.entry(
          new Entry.DirEntry(
              "t%06d".formatted(number++),
              META,
              new ContentRef(bytes.length, 0, List.of(hash)),
              totals));
    }
    byte[] above = root.take();
    Hash hash = Hash.of(above);
    pieces.add(new Piece(hash, all.size(), above.length, above.length, Codec.NONE));
    all.writeBytes(above);
    byte[] pack = all.toByteArray();
    items.put(Names.pack(id(4, 0)), new Item(pack.length, () -> pack));
    named(new PackContents(id(4, 0), pieces), directories);
    ContentRef content = new ContentRef(above.length, 0, List.of(hash));
    return new Entry.DirEntry("", META, content, totals);
  }

  private static byte[] directories(long first, int count) {
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      pack.writeBytes(directory(first + i));
    }
    return pack.toByteArray();
  }

  private void named(PackContents pack, long number) {
    ObjectName name = Names.index(id(5, number));
    byte[] index = FORM.packs().index(name, List.of(pack));
    items.put(name, new Item(index.length, () -> index));
  }

  private void point(Entry.DirEntry root) {
    PointId id = new PointId(new ResourceName("site"), 1);
    byte[] encoded = Encoder.encode(root);
    Point point =
        new Point(
            id,
            PointKind.COMMAND,
            OLD,
            OLD,
            Optional.empty(),
            "job",
            List.of(),
            Hash.of(encoded).toContentHash(),
            files,
            files * CHUNK_BYTES,
            1,
            true,
            false,
            List.of(),
            0);
    byte[] hints = new Encoder().content(ContentRef.EMPTY).take();
    StoreBytes one = new StoreBytes();
    ObjectName name = new ObjectName("store/points/site/" + id.paddedSequence());
    new Records(one, () -> FORM)
        .create(name, new StoredPoint(point, encoded, hints, "/source", "1:1"));
    create(name, one.content());
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    return items.putIfAbsent(name, new Item(content.length, () -> content)) == null
        ? new Creation.Created()
        : new Creation.AlreadyExists();
  }

  @Override
  public long put(ObjectName name, InputStream content) {
    try {
      byte[] bytes = content.readAllBytes();
      create(name, bytes);
      return bytes.length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<InputStream> read(ObjectName name, ByteRange range) {
    Item item = items.get(name);
    if (item == null) {
      return Optional.empty();
    }
    if (!name.equals(cachedName)) {
      cached = item.content().get();
      cachedName = name;
    }
    int from = (int) Math.min(range.offset(), cached.length);
    int to = (int) Math.min(cached.length, from + Math.min(range.length(), cached.length));
    return Optional.of(new ByteArrayInputStream(Arrays.copyOfRange(cached, from, to)));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectName name) {
    return Optional.ofNullable(items.get(name)).map(item -> stat(name, item));
  }

  @Override
  public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
    List<ObjectStat> page = new ArrayList<>();
    Map<ObjectName, Item> rest = after.map(name -> items.tailMap(name, false)).orElse(items);
    for (Map.Entry<ObjectName, Item> item : rest.entrySet()) {
      if (item.getKey().value().startsWith(prefix)) {
        if (page.size() == limit) {
          return new ObjectPage(page, Optional.of(page.getLast().name()));
        }
        page.add(stat(item.getKey(), item.getValue()));
      }
    }
    return new ObjectPage(page, Optional.empty());
  }

  @Override
  public void delete(Collection<ObjectName> names) {
    names.forEach(items::remove);
  }

  @Override
  public Instant time() {
    return OLD.plus(offset);
  }

  private static ObjectStat stat(ObjectName name, Item item) {
    return new ObjectStat(name, item.size(), OLD);
  }

  /// Keeps what was created last.
  private static final class StoreBytes implements ObjectStore {
    private byte[] content = new byte[0];

    byte[] content() {
      return content;
    }

    @Override
    public Creation create(ObjectName name, byte[] bytes) {
      content = bytes;
      return new Creation.Created();
    }

    @Override
    public long put(ObjectName name, InputStream in) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<InputStream> read(ObjectName name, ByteRange range) {
      return Optional.empty();
    }

    @Override
    public Optional<ObjectStat> stat(ObjectName name) {
      return Optional.empty();
    }

    @Override
    public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
      return new ObjectPage(List.of(), Optional.empty());
    }

    @Override
    public void delete(Collection<ObjectName> names) {}

    @Override
    public Instant time() {
      return OLD;
    }
  }
}
