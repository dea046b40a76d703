package dev.gnomon.store.journal;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.points.Records;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Bases: records that name a directory of blocks, and blocks that hold values in the order of
/// their keys. Blocks are cut where a key says so, so two bases share the blocks in which nothing
/// changed.
final class Bases {
  private static final int MAX_ROW_KEY = Key.MAX_BYTES;
  private static final int ROW = 1;

  private Bases() {}

  /// A base as it is stored.
  ///
  /// @param batch number of the last batch that it holds
  /// @param chain after the frame of its position
  /// @param directory encoded reference to the rows
  @SuppressWarnings("ArrayRecordComponent") // an encoded value, never compared
  record BaseRecord(
      ResourceName resource,
      long position,
      long batch,
      ContentHash chain,
      Instant upTo,
      long keys,
      long bytes,
      byte[] directory,
      Optional<PointId> from,
      String attempt) {

    Place place() {
      byte[] hash = HexFormat.of().parseHex(chain.value());
      return new Place(batch + 1, position + 1, Hash.read(ByteBuffer.wrap(hash)), upTo);
    }

    /// @throws BlobFault if it is none
    ContentRef directoryRef() {
      return new Decoder(new ByteArrayInputStream(directory)).content();
    }
  }

  /// One block of a base.
  record Row(String firstKey, ContentRef block) {}

  /// @throws dev.gnomon.core.journal.DamagedJournalException if it is damaged or lost
  /// @throws ExpiredMeanwhile if it was deleted since it was listed
  static BaseRecord read(LogObjects log, long position) {
    return of(log, Layout.base(log.resource(), position));
  }

  /// @throws dev.gnomon.core.journal.DamagedJournalException if it is damaged or lost
  /// @throws ExpiredMeanwhile if it was deleted since it was listed
  static BaseRecord of(LogObjects log, ObjectName name) {
    try {
      BaseRecord base =
          new Records(log.objects(), log.form())
              .read(name, BaseRecord.class)
              .orElseThrow(() -> log.gone(name));
      if (!base.resource().equals(log.resource())) {
        throw log.damaged(name, "it is a base of " + base.resource());
      }
      if (!Layout.base(log.resource(), base.position()).equals(name)) {
        throw log.damaged(name, "it is the base at " + base.position());
      }
      return base;
    } catch (BlobFault e) {
      throw log.damaged(name, String.valueOf(e.getMessage()));
    }
  }

  static byte[] encode(Row row) {
    return new Encoder().number(ROW).text(row.firstKey()).content(row.block()).take();
  }

  static List<Row> rows(ContentRef directory, Contents.Blobs blobs) {
    Decoder in = Decoder.of(directory, blobs);
    List<Row> rows = new ArrayList<>();
    for (int first = in.atEnd(); first >= 0; first = in.atEnd()) {
      if (first != ROW) {
        throw new BlobFault("the directory of a base holds a row of kind " + first);
      }
      Row row = new Row(in.text(MAX_ROW_KEY), in.content());
      if (!rows.isEmpty() && row.firstKey().compareTo(rows.getLast().firstKey()) <= 0) {
        throw new BlobFault("the directory of a base holds keys out of order");
      }
      rows.add(row);
    }
    return rows;
  }

  /// Values of a block, in the order of their keys.
  static List<Write.Put> block(ContentRef block, Contents.Blobs blobs) {
    Decoder in = Decoder.of(block, blobs);
    List<Write.Put> values = new ArrayList<>();
    try {
      for (Optional<Write> next = TransactionCodec.write(in);
          next.isPresent();
          next = TransactionCodec.write(in)) {
        if (!(next.get() instanceof Write.Put put)) {
          throw new BlobFault("a block of a base holds a deletion");
        }
        if (!values.isEmpty() && put.key().compareTo(values.getLast().key()) <= 0) {
          throw new BlobFault("a block of a base holds keys out of order");
        }
        values.add(put);
      }
    } catch (IllegalArgumentException e) {
      throw new BlobFault("a block of a base can't be read: " + e.getMessage());
    }
    return values;
  }

  /// All values of a base, a block in memory at a time.
  static Iterator<Write.Put> values(List<Row> rows, Contents.Blobs blobs) {
    Iterator<Row> left = rows.iterator();
    return new Iterator<>() {
      private Iterator<Write.Put> block = List.<Write.Put>of().iterator();

      @Override
      public boolean hasNext() {
        while (!block.hasNext() && left.hasNext()) {
          block = block(left.next().block(), blobs).iterator();
        }
        return block.hasNext();
      }

      @Override
      public Write.Put next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return block.next();
      }
    };
  }
}
