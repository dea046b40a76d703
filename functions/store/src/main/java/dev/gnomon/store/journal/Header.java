package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import java.nio.ByteBuffer;
import java.time.Instant;

/// The first bytes of a batch or a segment: which part of which journal it is, and how long it is,
/// so that an object that was cut short is told from one that was changed.
///
/// @param totalBytes of the whole object
/// @param framesEnd where the frames end; the index of a segment follows
/// @param firstBatch of the batches whose frames it holds; the same as the last one in a batch
/// @param firstPosition of its first frame
/// @param upToBefore as of the frame before its first one
/// @param chainBefore likewise
/// @param attempt random: whose object this is after a lost answer
record Header(
    Hash resource,
    long totalBytes,
    int framesEnd,
    long firstBatch,
    long lastBatch,
    long firstPosition,
    int count,
    Instant upToBefore,
    Instant upTo,
    Hash chainBefore,
    Hash chainAfter,
    Hash attempt) {
  static final int BYTES = 8 + 32 + 8 + 4 + 8 + 8 + 8 + 4 + 12 + 12 + 32 + 32 + 32 + 32;
  private static final byte[] MAGIC = "GNJRNL01".getBytes(UTF_8);

  static Hash resource(ResourceName resource) {
    return Hash.of(resource.value().getBytes(UTF_8));
  }

  long lastPosition() {
    return firstPosition + count - 1;
  }

  Header withTotal(long bytes) {
    return new Header(
        resource,
        bytes,
        framesEnd,
        firstBatch,
        lastBatch,
        firstPosition,
        count,
        upToBefore,
        upTo,
        chainBefore,
        chainAfter,
        attempt);
  }

  void writeTo(ByteBuffer out) {
    int start = out.position();
    out.put(MAGIC);
    resource.writeTo(out);
    out.putLong(totalBytes).putInt(framesEnd);
    out.putLong(firstBatch).putLong(lastBatch);
    out.putLong(firstPosition).putInt(count);
    put(out, upToBefore);
    put(out, upTo);
    chainBefore.writeTo(out);
    chainAfter.writeTo(out);
    attempt.writeTo(out);
    Hash.of(out.array(), out.arrayOffset() + start, out.position() - start).writeTo(out);
  }

  /// @param object at least [#BYTES] long
  /// @throws BlobFault if these bytes are no header
  static Header read(byte[] object) {
    ByteBuffer in = ByteBuffer.wrap(object);
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw new BlobFault(
          "it begins with '%s', expected 'GNJRNL01'"
              .formatted(
                  new String(magic, java.nio.charset.StandardCharsets.ISO_8859_1)
                      .replaceAll("[^ -~]", "?")));
    }
    if (!Hash.of(object, 0, BYTES - Hash.BYTES)
        .equals(Hash.read(ByteBuffer.wrap(object, BYTES - Hash.BYTES, Hash.BYTES)))) {
      throw new BlobFault("its header does not have its hash");
    }
    Header header =
        new Header(
            Hash.read(in),
            in.getLong(),
            in.getInt(),
            in.getLong(),
            in.getLong(),
            in.getLong(),
            in.getInt(),
            instant(in),
            instant(in),
            Hash.read(in),
            Hash.read(in),
            Hash.read(in));
    if (header.framesEnd < BYTES
        || header.totalBytes < header.framesEnd
        || header.count < 0
        || header.firstPosition < 1
        || header.firstBatch < 1
        || header.lastBatch < header.firstBatch) {
      throw new BlobFault("its header contradicts itself");
    }
    return header;
  }

  /// @throws BlobFault if it is the header of another object than the one of that name
  void requireOf(ResourceName resource, ObjectName name) {
    if (!this.resource.equals(resource(resource))) {
      throw new BlobFault("it belongs to the journal of another resource");
    }
    if (!name.equals(Layout.batch(resource, firstBatch))
        && !name.equals(Layout.segment(resource, firstBatch, lastBatch))) {
      throw new BlobFault(
          firstBatch == lastBatch
              ? "it is batch " + firstBatch
              : "it is the segment of batches %d to %d".formatted(firstBatch, lastBatch));
    }
  }

  private static void put(ByteBuffer out, Instant instant) {
    out.putLong(instant.getEpochSecond()).putInt(instant.getNano());
  }

  private static Instant instant(ByteBuffer in) {
    long second = in.getLong();
    int nano = in.getInt();
    if (nano < 0
        || nano > 999_999_999
        || second < Instant.MIN.getEpochSecond()
        || second > Instant.MAX.getEpochSecond()) {
      throw new BlobFault("its header holds no time");
    }
    return Instant.ofEpochSecond(second, nano);
  }
}
