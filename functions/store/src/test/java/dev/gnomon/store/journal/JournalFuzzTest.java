package dev.gnomon.store.journal;

import static dev.gnomon.store.journal.FuzzedJournal.ORDERS;
import static dev.gnomon.store.journal.FuzzedJournal.TIME;
import static dev.gnomon.store.journal.FuzzedJournal.fitting;
import static dev.gnomon.store.journal.FuzzedJournal.put;
import static dev.gnomon.store.journal.FuzzedJournal.record;
import static dev.gnomon.store.journal.FuzzedJournal.uncompressed;
import static dev.gnomon.store.journal.FuzzedJournal.withHash;
import static dev.gnomon.store.journal.FuzzedJournal.withIndex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.Fuzzer;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// No input makes the readers of a journal's parts crash, hang or take all memory. The inputs are
/// changed parts of a real journal, with lengths, checks, chains and hashes made to fit again as
/// far as that is wanted, so that what lies behind them is reached.
class JournalFuzzTest {
  private static final String KEPT = "/fuzz/journals.txt";

  private final FuzzedJournal journal = new FuzzedJournal(StoreSettings.DEFAULT);
  private final ObjectName segment = journal.segment;
  private final ObjectName batch = journal.batch;

  @Test
  void readersRefuseWhatTheyCantTake() {
    all(new Fuzzer(10_000, KEPT));
  }

  @Tag("long")
  @Test
  void readersRefuseAMillionInputs() {
    all(new Fuzzer(1_000_000, KEPT));
  }

  private void all(Fuzzer fuzzer) {
    assertThat(journal.objects.names()).contains(segment, batch, journal.base);
    payloads(fuzzer);
    headers(fuzzer);
    frames(fuzzer);
    indexes(fuzzer);
    bases(fuzzer);
    wholeJournals(fuzzer);
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
            Arrays.copyOf(journal.bytes(segment), Header.BYTES),
            Arrays.copyOf(journal.bytes(batch), Header.BYTES));
    fuzzer.run("header", headers, input -> Header.read(Arrays.copyOf(input, Header.BYTES)));
    fuzzer.through(
        "header that fits its hash",
        headers,
        input -> Header.read(withHash(Arrays.copyOf(input, Header.BYTES))));
  }

  private void frames(Fuzzer fuzzer) {
    Map<ObjectName, byte[]> whole =
        Map.of(segment, journal.bytes(segment), batch, journal.bytes(batch));
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
              frame.payload(ORDERS, journal.log.seal());
            }
          });
    });
  }

  private void indexes(Fuzzer fuzzer) {
    Header header = Header.read(journal.bytes(segment));
    fuzzer.through(
        "index of a segment",
        List.of(Frame.uncoded(FuzzedJournal.index(journal.bytes(segment)))),
        input -> {
          int count = input.length < 4 ? 0 : Math.max(0, ByteBuffer.wrap(input).getInt());
          SegmentIndex index = SegmentIndex.decode(withCount(header, count), input);
          new KnownIds().add(index);
          new SegmentIndex.Entries().areThoseOf(index, List.of());
        });
  }

  private void bases(Fuzzer fuzzer) {
    byte[] record = journal.bytes(journal.base);
    int head = "{\"sha256\":\"".length() + 64 + "\",\"record\":".length();
    fuzzer.through(
        "base",
        List.of(Arrays.copyOfRange(record, head, record.length - 1)),
        input -> {
          journal.put(journal.base, record(input));
          Bases.BaseRecord read = Bases.read(journal.log, 4);
          read.place();
          read.directoryRef();
        });
    journal.put(journal.base, record);
  }

  /// What readers and checks make of a journal in which one object says something else.
  private void wholeJournals(Fuzzer fuzzer) {
    for (ObjectName name : List.of(segment, batch)) {
      byte[] valid = journal.bytes(name);
      fuzzer.through(
          "journal with a changed " + (name.equals(segment) ? "segment" : "batch"),
          List.of(valid),
          input -> {
            journal.put(name, fitting(name, input));
            journal.readAll();
          });
      journal.put(name, valid);
    }
    byte[] valid = journal.bytes(segment);
    fuzzer.through(
        "journal with a changed index",
        List.of(Frame.uncoded(FuzzedJournal.index(valid))),
        input -> {
          journal.put(segment, withIndex(valid, uncompressed(input)));
          journal.readAll();
        });
    journal.put(segment, valid);
  }

  private static ContentRef content(byte[] bytes) {
    return new ContentRef(bytes.length, 0, List.of(Hash.of(bytes)));
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
}
