package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import java.io.ByteArrayInputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Binary form of transactions and of the values of keys, in the numbers and texts of trees.
final class TransactionCodec {
  static final int MAX_INLINE_BYTES = 16 << 20;
  private static final int MAX_TEXT_BYTES = 16 << 10;
  private static final int INLINE = 1;
  private static final int STORED = 2;
  private static final int DELETED = 3;
  private static final int IN_SOURCE = 4;

  private TransactionCodec() {}

  /// What a frame holds, apart from its position.
  record Payload(JournalEntry.Kind kind, Instant recorded, long digest, Transaction transaction) {}

  static byte[] encode(Payload payload) {
    Encoder out = new Encoder();
    out.number(payload.kind().ordinal());
    instant(out, payload.recorded());
    out.number(payload.digest());
    transaction(out, payload.transaction());
    return out.take();
  }

  static Payload decode(byte[] bytes) {
    Decoder in = new Decoder(new ByteArrayInputStream(bytes));
    try {
      JournalEntry.Kind[] kinds = JournalEntry.Kind.values();
      JournalEntry.Kind kind = kinds[in.bounded(kinds.length - 1)];
      Payload payload = new Payload(kind, instant(in), in.number(), transaction(in));
      if (in.atEnd() >= 0) {
        throw new BlobFault("a transaction is followed by more");
      }
      return payload;
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new BlobFault("a transaction can't be read: " + e.getMessage());
    }
  }

  /// Of the transaction as it was submitted.
  ///
  /// @throws Refusal if it refers to content in a way that nobody does
  static long digest(Transaction transaction) {
    Encoder out = new Encoder();
    try {
      transaction(out, transaction);
    } catch (IllegalArgumentException e) {
      throw new Refusal("transaction '%s': %s".formatted(transaction.id(), e.getMessage()), e);
    }
    return Hash.of(out.take()).a();
  }

  private static void transaction(Encoder out, Transaction transaction) {
    text(out, transaction.source());
    text(out, transaction.id());
    instant(out, transaction.time());
    text(out, transaction.after().orElse(""));
    out.number(transaction.writes().size());
    transaction.writes().forEach(write -> write(out, write));
  }

  private static Transaction transaction(Decoder in) {
    String source = text(in);
    String id = text(in);
    Instant time = instant(in);
    Optional<String> after = Optional.of(text(in)).filter(text -> !text.isEmpty());
    int count = in.bounded(Transaction.MAX_WRITES);
    List<Write> writes = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      writes.add(
          write(in).orElseThrow(() -> new BlobFault("a transaction ended before its last write")));
    }
    return new Transaction(source, id, time, after, writes);
  }

  static void write(Encoder out, Write write) {
    switch (write) {
      case Write.Put put -> {
        out.number(
            switch (put.content()) {
              case Content.Inline inline -> INLINE;
              case Content.Stored stored -> STORED;
              case Content.InSource source -> IN_SOURCE;
            });
        out.text(put.key().raw());
        text(out, put.version().orElse(""));
        out.number(put.metadata().size());
        put.metadata()
            .forEach((name, value) -> {
              text(out, name);
              text(out, value);
            });
        switch (put.content()) {
          case Content.Inline inline -> out.text(new String(inline.bytes(), ISO_8859_1));
          case Content.Stored stored -> out.content(ref(stored));
          case Content.InSource source -> out.number(source.size());
        }
      }
      case Write.Delete delete -> {
        out.number(DELETED).text(delete.key().raw());
        text(out, delete.version().orElse(""));
      }
    }
  }

  /// @return empty at the end
  static Optional<Write> write(Decoder in) {
    int kind = in.atEnd();
    if (kind < 0) {
      return Optional.empty();
    }
    if (kind < INLINE || kind > IN_SOURCE) {
      throw new BlobFault("a write is of unknown kind " + kind);
    }
    Key key = new Key(in.text(Key.MAX_BYTES));
    Optional<String> version = Optional.of(text(in)).filter(text -> !text.isEmpty());
    if (kind == DELETED) {
      return Optional.of(new Write.Delete(key, version));
    }
    int count = in.bounded(Write.MAX_METADATA);
    Map<String, String> metadata = new HashMap<>();
    for (int i = 0; i < count; i++) {
      metadata.put(text(in), text(in));
    }
    Content content =
        switch (kind) {
          case INLINE -> new Content.Inline(in.text(MAX_INLINE_BYTES).getBytes(ISO_8859_1));
          case STORED -> stored(in.content());
          default -> new Content.InSource(in.number());
        };
    return Optional.of(new Write.Put(key, version, metadata, content));
  }

  static Content.Stored stored(ContentRef ref) {
    byte[] bytes = new Encoder().content(ref).take();
    return new Content.Stored(
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), ref.size());
  }

  /// @throws IllegalArgumentException if it is no reference that [#stored] made
  static ContentRef ref(Content.Stored stored) {
    try {
      Decoder in =
          new Decoder(new ByteArrayInputStream(Base64.getUrlDecoder().decode(stored.reference())));
      ContentRef ref = in.content();
      if (in.atEnd() < 0 && ref.size() == stored.size()) {
        return ref;
      }
    } catch (BlobFault e) {
      throw new IllegalArgumentException(
          "'" + stored.reference() + "' refers to no content: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "'%s' does not refer to content of %d bytes".formatted(stored.reference(), stored.size()));
  }

  private static void text(Encoder out, String text) {
    out.text(new String(text.getBytes(UTF_8), ISO_8859_1));
  }

  private static String text(Decoder in) {
    return new String(in.text(MAX_TEXT_BYTES).getBytes(ISO_8859_1), UTF_8);
  }

  private static void instant(Encoder out, Instant instant) {
    out.signed(instant.getEpochSecond()).number(instant.getNano());
  }

  private static Instant instant(Decoder in) {
    return Instant.ofEpochSecond(in.signed(), in.bounded(999_999_999));
  }
}
