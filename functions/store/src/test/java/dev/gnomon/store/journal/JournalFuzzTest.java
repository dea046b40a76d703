package dev.gnomon.store.journal;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.Fuzzer;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Encoder;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// No input makes the readers of a journal's parts crash, hang or take all memory.
class JournalFuzzTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  private static final ResourceName ORDERS = new ResourceName("orders");

  @Test
  void readersRefuseWhatTheyCantTake() {
    all(new Fuzzer(10_000));
  }

  @Tag("long")
  @Test
  void readersRefuseAMillionInputs() {
    all(new Fuzzer(1_000_000));
  }

  private static void all(Fuzzer fuzzer) {
    ContentRef ref = new ContentRef(3, 0, List.of(Hash.of(new byte[3])));
    Write put =
        new Write.Put(
            new Key("a/key"),
            Optional.of("v1"),
            Map.of("name", "value"),
            new Content.Inline(new byte[50]));
    Write stored =
        new Write.Put(new Key("another"), Optional.empty(), Map.of(), TransactionCodec.stored(ref));
    Write left =
        new Write.Put(
            new Key("left"),
            Optional.of("v3"),
            new ObjectFacts("etag", TIME, Optional.empty()).metadata(),
            new Content.InSource(7));
    Write delete = new Write.Delete(new Key("gone"), Optional.of("v2"));
    Transaction transaction =
        new Transaction(
            "source", "id", TIME, Optional.of("before"), List.of(put, stored, left, delete));
    byte[] payload =
        TransactionCodec.encode(
            new TransactionCodec.Payload(JournalEntry.Kind.values()[0], TIME, 42, transaction));
    fuzzer.run("transaction", List.of(payload), TransactionCodec::decode);
    fuzzer.run(
        "body of a frame",
        List.of(Frame.coded(payload), Frame.coded(new byte[10_000])),
        Frame::uncoded);
    byte[] header = new byte[Header.BYTES];
    System.arraycopy(
        "GNJRNL01".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, header, 0, 8);
    fuzzer.run(
        "header",
        List.of(),
        input -> {
          byte[] fitting = fitting(header, input);
          Header.read(fitting);
        });
    ObjectName name = Layout.batch(ORDERS, 1);
    fuzzer.run(
        "object of a journal",
        List.of(),
        input -> LogObject.of(name, ORDERS, concat(fitting(header, input), input)).frames());
    byte[] row = Bases.encode(new Bases.Row("key", ref));
    fuzzer.run(
        "directory of a base", List.of(row), input -> Bases.rows(content(input), hash -> input));
    Encoder block = new Encoder();
    TransactionCodec.write(block, put);
    TransactionCodec.write(block, stored);
    byte[] values = block.take();
    fuzzer.run(
        "block of a base", List.of(values), input -> Bases.block(content(input), hash -> input));
  }

  private static ContentRef content(byte[] bytes) {
    return new ContentRef(bytes.length, 0, List.of(Hash.of(bytes)));
  }

  /// A header with the magic and the hash of one, and noise between.
  private static byte[] fitting(byte[] like, byte[] noise) {
    byte[] header = like.clone();
    if (noise.length < 60) {
      throw new BlobFault("too short to be worth it");
    }
    for (int i = 8; i < header.length - Hash.BYTES; i++) {
      header[i] = noise[i % noise.length];
    }
    ByteBuffer end = ByteBuffer.wrap(header, header.length - Hash.BYTES, Hash.BYTES);
    Hash.of(header, 0, header.length - Hash.BYTES).writeTo(end);
    return header;
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }
}
