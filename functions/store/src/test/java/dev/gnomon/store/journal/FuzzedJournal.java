package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalUpkeep.Rules;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.store.blobs.Hash;
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

/// A small journal, its objects, and changed ones of which lengths, checks, chains and hashes fit
/// again, so that what lies behind them is reached.
final class FuzzedJournal {
  static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  static final ResourceName ORDERS = new ResourceName("orders");

  final ObjectName segment = Layout.segment(ORDERS, 1, 3);
  final ObjectName batch = Layout.batch(ORDERS, 4);
  final ObjectName base = Layout.base(ORDERS, 4);
  final InMemoryObjectStore objects = new InMemoryObjectStore();
  final StoreParts parts;
  final LogObjects log;
  private final StoreSettings settings;

  /// A segment of three batches, a base behind it, and two batches that no segment holds.
  FuzzedJournal(StoreSettings settings) {
    this.settings = settings;
    this.parts = StoreWorkbench.parts(objects, settings);
    this.log = new LogObjects(objects, ORDERS, parts.format());
    Journal journal = journal();
    journal.append(List.of(transaction("t1", put("a", 10), put("b", 20))));
    journal.append(List.of(transaction("t2", put("a", 12), put("big", 6000))));
    journal.append(
        List.of(
            transaction("t3", new Write.Delete(Key.utf8("b"), Optional.of("v"))),
            transaction("t3b", put("c", 300))));
    Rules fold = new Rules(1 << 20, Duration.ZERO, 1, Duration.ofDays(7));
    ShadowStores.open(objects, settings).journals().upkeep(ORDERS).run(fold);
    objects.delete(
        objects.names().stream().filter(name -> name.value().contains("/batches/")).toList());
    journal().append(List.of(transaction("t4", put("a", 14)), transaction("t5", put("d", 15))));
    journal().append(List.of(transaction("t6", put("a", 16))));
  }

  private Journal journal() {
    return ShadowStores.open(objects, settings).journals().of(ORDERS);
  }

  static Write put(String key, int bytes) {
    byte[] content = key.repeat(bytes).getBytes(UTF_8);
    return new Write.Put(
        Key.utf8(key), Optional.of("v"), Map.of("n", "v"), new Content.Inline(content));
  }

  static Transaction transaction(String id, Write... writes) {
    return new Transaction("source", id, TIME, Optional.empty(), List.of(writes));
  }

  /// What readers and checks make of it as it is now.
  void readAll() {
    LogReader reader = new LogReader(parts, log);
    Layout layout = log.layout();
    Tail.read(log);
    reader.end(layout);
    reader.entries(0, 100);
    new LogMoments(reader).position(new Moment.Time(TIME));
    for (String key : List.of("a", "b", "big")) { // by itself, so that few frames are read
      new KeyStates(reader, hash -> new byte[0]).at(layout, 3, new TreeSet<>(List.of(key)));
    }
  }

  /// The index of a segment as it is stored.
  static byte[] index(byte[] object) {
    return Arrays.copyOfRange(object, Header.read(object).framesEnd(), object.length - Hash.BYTES);
  }

  /// A segment with another stored index that has its hash.
  static byte[] withIndex(byte[] object, byte[] stored) {
    int from = Header.read(object).framesEnd();
    int end = from + stored.length;
    ByteBuffer all = ByteBuffer.wrap(Arrays.copyOf(object, end + Hash.BYTES));
    all.put(from, stored);
    all.put(end, Hash.of(all.array(), from, end - from).bytes());
    all.putLong(40, all.capacity());
    return withHash(all.array());
  }

  /// The object that the input describes, with lengths, checks, chain and hashes that fit; one of
  /// eight is left with the lengths that it claims.
  static byte[] fitting(ObjectName name, byte[] input) {
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

  static byte[] withHash(byte[] object) {
    int end = Header.BYTES - Hash.BYTES;
    ByteBuffer.wrap(object).put(end, Hash.of(object, 0, end).bytes());
    return object;
  }

  static byte[] record(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("{\"sha256\":\"" + Hash.of(body) + "\",\"record\":").getBytes(UTF_8));
    out.writeBytes(body);
    out.write('}');
    return out.toByteArray();
  }

  /// The form that short or random content has in frames and indexes before it is sealed.
  static byte[] uncompressed(byte[] raw) {
    return ByteBuffer.allocate(5 + raw.length).put((byte) 0).putInt(raw.length).put(raw).array();
  }

  void put(ObjectName name, byte[] content) {
    objects.exchange(name, content);
  }

  byte[] bytes(ObjectName name) {
    return log.bytes(name, ByteRange.ALL).orElseThrow();
  }
}
