package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.Fuzzer;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// No input makes the readers of a journal's parts crash, hang or take all memory. The inputs are
/// changed parts of a real journal, with lengths, checks, chains and hashes made to fit again as
/// far as that is wanted, so that what lies behind them is reached.
class JournalFuzzTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  private static final ResourceName ORDERS = new ResourceName("orders");
  private static final String KEPT = "/fuzz/journals.txt";

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreParts parts = StoreWorkbench.parts(objects, StoreSettings.DEFAULT);
  private final LogObjects log = new LogObjects(objects, ORDERS, parts.format());
  private final ObjectName segment = Layout.segment(ORDERS, 1, 3);
  private final ObjectName batch = Layout.batch(ORDERS, 4);
  private final ObjectName base = Layout.base(ORDERS, 4);

  @Test
  void readersRefuseWhatTheyCantTake() {
    all(new Fuzzer(10_000, KEPT));
  }

  @Tag("long")
  @Test
  void readersRefuseAMillionInputs() {
    all(new Fuzzer(1_000_000, KEPT));
  }

  /// A segment of three batches, a base behind it, and two batches that no segment holds.
  private void writeJournal() {
    Journal journal = journal();
    journal.append(List.of(transaction("t1", put("a", 10), put("b", 20))));
    journal.append(List.of(transaction("t2", put("a", 12), put("big", 6000))));
    journal.append(
        List.of(
            transaction("t3", new Write.Delete(Key.utf8("b"), Optional.of("v"))),
            transaction("t3b", put("c", 300))));
    Rules fold = new Rules(1 << 20, Duration.ZERO, 1, Duration.ofDays(7));
    ShadowStores.open(objects, StoreSettings.DEFAULT).journals().upkeep(ORDERS).run(fold);
    objects.delete(
        objects.names().stream().filter(name -> name.value().contains("/batches/")).toList());
    journal().append(List.of(transaction("t4", put("a", 14)), transaction("t5", put("d", 15))));
    journal().append(List.of(transaction("t6", put("a", 16))));
  }

  private Journal journal() {
    return ShadowStores.open(objects, StoreSettings.DEFAULT).journals().of(ORDERS);
  }

  private static Write put(String key, int bytes) {
    byte[] content = key.repeat(bytes).getBytes(UTF_8);
    return new Write.Put(
        Key.utf8(key), Optional.of("v"), Map.of("n", "v"), new Content.Inline(content));
  }

  private static Transaction transaction(String id, Write... writes) {
    return new Transaction("source", id, TIME, Optional.empty(), List.of(writes));
  }

  private void all(Fuzzer fuzzer) {
    writeJournal();
    assertThat(objects.names()).contains(segment, batch, base);
    payloads(fuzzer);
    headers(fuzzer);
    frames(fuzzer);
    indexes(fuzzer);
    bases(fuzzer);
    wholeJournals(fuzzer.atMost(100_000));
    fuzzer.requireAllKeptFed();
  }

  private static void payloads(Fuzzer fuzzer) {
    ContentRef ref = new ContentRef(3, 0, List.of(Hash.of(new byte[3])));
    Write stored =
        new Write.Put(new Key("another"), Optional.empty(), Map.of(), TransactionCodec.stored(ref));
    Write left =
        new Write.Put(
            new Key("left"),
            Optional.of("v3"),
            new ObjectFacts("etag", TIME, Optional.empty()).metadata(),
            new Content.InSource(7));
    Write delete = new Write.Delete(new Key("gone"), Optional.of("v2"));
    byte[] payload =
        TransactionCodec.encode(
            new TransactionCodec.Payload(
                JournalEntry.Kind.values()[0],
                TIME,
                42,
                new Transaction(
                    "source",
                    "id",
                    TIME,
                    Optional.of("before"),
                    List.of(put("a/key", 10), stored, left, delete))));
    fuzzer.through("transaction", List.of(payload), TransactionCodec::decode);
    fuzzer.through(
        "body of a frame",
        List.of(Frame.coded(payload), Frame.coded(new byte[10_000])),
        Frame::uncoded);
    byte[] row = Bases.encode(new Bases.Row("key", ref));
    fuzzer.through(
        "directory of a base", List.of(row), input -> Bases.rows(content(input), hash -> input));
    Encoder block = new Encoder();
    TransactionCodec.write(block, put("a", 10));
    TransactionCodec.write(block, stored);
    fuzzer.through(
        "block of a base",
        List.of(block.take()),
        input -> Bases.block(content(input), hash -> input));
  }

  private void headers(Fuzzer fuzzer) {
    List<byte[]> headers =
        List.of(
            Arrays.copyOf(bytes(segment), Header.BYTES), Arrays.copyOf(bytes(batch), Header.BYTES));
    fuzzer.run("header", headers, input -> Header.read(Arrays.copyOf(input, Header.BYTES)));
    fuzzer.through(
        "header that fits its hash",
        headers,
        input -> Header.read(withHash(Arrays.copyOf(input, Header.BYTES))));
  }

  private void frames(Fuzzer fuzzer) {
    Map<ObjectName, byte[]> whole = Map.of(segment, bytes(segment), batch, bytes(batch));
    whole.forEach((name, valid) -> {
      String kind = name.equals(segment) ? "segment" : "batch";
      fuzzer.run(
          kind + " as it lies there",
          List.of(valid),
          input -> LogObject.of(name, ORDERS, input).frames());
      fuzzer.through(
          kind,
          List.of(valid),
          input -> {
            LogObject object = LogObject.of(name, ORDERS, fitting(name, input));
            for (Frame frame : object.frames()) {
              frame.payload(ORDERS, log.seal());
            }
          });
    });
  }

  private void indexes(Fuzzer fuzzer) {
    Header header = Header.read(bytes(segment));
    fuzzer.through(
        "index of a segment",
        List.of(rawIndex(bytes(segment))),
        input -> {
          int count = input.length < 4 ? 0 : Math.max(0, ByteBuffer.wrap(input).getInt());
          SegmentIndex index = SegmentIndex.decode(withCount(header, count), input);
          new KnownIds().add(index);
          new SegmentIndex.Entries().areThoseOf(index, List.of());
        });
  }

  private void bases(Fuzzer fuzzer) {
    byte[] record = bytes(base);
    int head = "{\"sha256\":\"".length() + 64 + "\",\"record\":".length();
    fuzzer.through(
        "base",
        List.of(Arrays.copyOfRange(record, head, record.length - 1)),
        input -> {
          put(base, record(input));
          Bases.BaseRecord read = Bases.read(log, 4);
          read.place();
          read.directoryRef();
        });
    put(base, record);
  }

  /// What readers and checks make of a journal in which one object says something else.
  private void wholeJournals(Fuzzer fuzzer) {
    for (ObjectName name : List.of(segment, batch)) {
      byte[] valid = bytes(name);
      fuzzer.through(
          "journal with a changed " + (name.equals(segment) ? "segment" : "batch"),
          List.of(valid),
          input -> {
            put(name, fitting(name, input));
            readAll();
          });
      put(name, valid);
    }
    byte[] valid = bytes(segment);
    fuzzer.through(
        "journal with a changed index",
        List.of(rawIndex(valid)),
        input -> {
          put(segment, withIndex(valid, input));
          readAll();
        });
    put(segment, valid);
  }

  private void readAll() {
    LogReader reader = new LogReader(parts, log);
    Layout layout = log.layout();
    Tail.read(log);
    reader.end(layout);
    reader.entries(0, 100);
    reader.position(new Moment.Time(TIME));
    for (String key : List.of("a", "b", "big")) { // by itself, so that few frames are read
      new KeyStates(reader, hash -> new byte[0]).at(layout, 3, new TreeSet<>(List.of(key)));
    }
  }

  private byte[] rawIndex(byte[] object) {
    int from = Header.read(object).framesEnd();
    byte[] stored = Arrays.copyOfRange(object, from, object.length - Hash.BYTES);
    return Frame.uncoded(log.seal().open(stored, new byte[0]));
  }

  /// A segment with another index, not compressed, that has its hash.
  private static byte[] withIndex(byte[] object, byte[] index) {
    int from = Header.read(object).framesEnd();
    int end = from + 5 + index.length;
    ByteBuffer all = ByteBuffer.wrap(Arrays.copyOf(object, end + Hash.BYTES));
    all.put(from, (byte) 0).putInt(from + 1, index.length).put(from + 5, index);
    all.put(end, Hash.of(all.array(), from, end - from).bytes());
    all.putLong(40, all.capacity());
    return withHash(all.array());
  }

  private static ContentRef content(byte[] bytes) {
    return new ContentRef(bytes.length, 0, List.of(Hash.of(bytes)));
  }

  /// The object that the input describes, with lengths, checks, chain and hashes that fit; one of
  /// eight is left with the lengths that it claims.
  private static byte[] fitting(ObjectName name, byte[] input) {
    if (input.length < Header.BYTES) {
      return input;
    }
    boolean isSegment = name.value().contains("/segments/");
    boolean asClaimed = (Arrays.hashCode(input) & 7) == 0;
    ByteBuffer object = ByteBuffer.wrap(input.clone());
    object.put(0, "GNJRNL01".getBytes(UTF_8));
    object.put(8, Header.resource(ORDERS).bytes());
    object.putLong(52, isSegment ? 1 : 4).putLong(60, isSegment ? 3 : 4);
    int framesEnd = Math.clamp(object.getInt(48), Header.BYTES, input.length);
    if (!isSegment && !asClaimed) {
      framesEnd = input.length;
    }
    long position = object.getLong(68);
    Hash chain = Hash.read(object.duplicate().position(104));
    int at = Header.BYTES;
    int count = 0;
    while (framesEnd - at > Frame.HEAD_BYTES + Hash.BYTES) {
      int length = object.getInt(at);
      if (length < 1 || length > framesEnd - at - Frame.HEAD_BYTES - Hash.BYTES) {
        break;
      }
      object.putInt(at + Integer.BYTES, Frame.check(length, position + count));
      chain = Chain.next(chain, object.array(), at + Frame.HEAD_BYTES, length);
      at += Frame.HEAD_BYTES + length;
      object.put(at, chain.bytes());
      at += Hash.BYTES;
      count++;
    }
    if (!asClaimed) {
      object.putLong(40, input.length).putInt(48, at).putInt(76, count);
    }
    object.put(136, chain.bytes());
    if (isSegment && input.length - at > Hash.BYTES) {
      int index = input.length - Hash.BYTES;
      object.put(index, Hash.of(object.array(), at, index - at).bytes());
    }
    return withHash(object.array());
  }

  private static byte[] withHash(byte[] object) {
    int end = Header.BYTES - Hash.BYTES;
    ByteBuffer.wrap(object).put(end, Hash.of(object, 0, end).bytes());
    return object;
  }

  private static Header withCount(Header header, int count) {
    return new Header(
        header.resource(),
        header.totalBytes(),
        header.framesEnd(),
        header.firstBatch(),
        header.lastBatch(),
        header.firstPosition(),
        count,
        header.upToBefore(),
        header.upTo(),
        header.chainBefore(),
        header.chainAfter(),
        header.attempt());
  }

  private static byte[] record(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("{\"sha256\":\"" + Hash.of(body) + "\",\"record\":").getBytes(UTF_8));
    out.writeBytes(body);
    out.write('}');
    return out.toByteArray();
  }

  private void put(ObjectName name, byte[] content) {
    objects.exchange(name, content);
  }

  private byte[] bytes(ObjectName name) {
    return log.bytes(name, ByteRange.ALL).orElseThrow();
  }
}
