package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Seal;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The index behind the frames of a segment: where each frame begins, which transaction it is,
/// which frames write a key, and which content lies in packs. Everything in it also follows from
/// the frames; it saves reading them.
///
/// @param ids of the frames in their order
/// @param keyHashes ascending; the same one stands for several frames in their order
/// @param keyFrames number of the frame for each key hash
@SuppressWarnings("ArrayRecordComponent") // never compared
record SegmentIndex(
    Header header,
    int[] offsets,
    TransactionId[] ids,
    long[] digests,
    long[] keyHashes,
    int[] keyFrames,
    List<ContentRef> refs) {
  private static final int FRAME_BYTES = Integer.BYTES + TransactionId.BYTES + Long.BYTES;
  private static final int KEY_BYTES = Long.BYTES + Integer.BYTES;

  /// More than what the counts, the seal and the hash of an index take.
  static final int FIXED_BYTES = 128;

  static long keyHash(String rawKey) {
    return Hash.of(rawKey.getBytes(ISO_8859_1)).a();
  }

  /// Most bytes that the stored index takes for transactions like this one.
  static long mostBytes(Transaction transaction) {
    long bytes = FRAME_BYTES + (long) KEY_BYTES * transaction.writes().size();
    for (Write write : transaction.writes()) {
      if (write instanceof Write.Put put && put.content() instanceof Content.Stored stored) {
        bytes += Sizes.referenceBytes(stored);
      }
    }
    return bytes;
  }

  /// What an index says of frames, without the frames: what is read to make it need not be kept.
  static final class Entries {
    private record KeyAt(long hash, int frame) {}

    private final List<TransactionId> ids = new ArrayList<>();
    private final List<Long> digests = new ArrayList<>();
    private final List<KeyAt> keys = new ArrayList<>();
    private final Set<ContentRef> refs = new LinkedHashSet<>();
    private long mostBytes;

    /// Takes the next frame.
    void add(TransactionCodec.Payload payload) {
      int frame = ids.size();
      Transaction transaction = payload.transaction();
      ids.add(TransactionId.of(transaction));
      digests.add(payload.digest());
      Set<Long> written = new HashSet<>();
      for (Write write : transaction.writes()) {
        long hash = keyHash(write.key().raw());
        if (written.add(hash)) {
          keys.add(new KeyAt(hash, frame));
        }
        if (write instanceof Write.Put put && put.content() instanceof Content.Stored stored) {
          refs.add(TransactionCodec.ref(stored));
        }
      }
      mostBytes += SegmentIndex.mostBytes(transaction);
    }

    /// Takes the frames of others behind these.
    void addAll(Entries others) {
      int first = ids.size();
      ids.addAll(others.ids);
      digests.addAll(others.digests);
      others.keys.forEach(key -> keys.add(new KeyAt(key.hash(), first + key.frame())));
      refs.addAll(others.refs);
      mostBytes += others.mostBytes;
    }

    int keys() {
      return keys.size();
    }

    long mostBytes() {
      return mostBytes;
    }

    private List<KeyAt> sorted() {
      return keys.stream()
          .sorted(Comparator.comparingLong(KeyAt::hash).thenComparingInt(KeyAt::frame))
          .toList();
    }

    /// Whether an index says the same of frames that begin at the given offsets.
    boolean areThoseOf(SegmentIndex index, List<Integer> offsets) {
      List<KeyAt> sorted = sorted();
      return Arrays.equals(offsets.stream().mapToInt(Integer::intValue).toArray(), index.offsets)
          && ids.equals(List.of(index.ids))
          && Arrays.equals(digests.stream().mapToLong(Long::longValue).toArray(), index.digests)
          && Arrays.equals(sorted.stream().mapToLong(KeyAt::hash).toArray(), index.keyHashes)
          && Arrays.equals(sorted.stream().mapToInt(KeyAt::frame).toArray(), index.keyFrames)
          && List.copyOf(refs).equals(index.refs);
    }

    /// Stored form for frames that begin at the given offsets.
    byte[] encode(ResourceName resource, Header header, List<Integer> offsets, Seal seal) {
      List<KeyAt> sorted = sorted();
      Encoder encodedRefs = new Encoder();
      refs.forEach(encodedRefs::content);
      byte[] refBytes = encodedRefs.take();
      ByteBuffer out =
          ByteBuffer.allocate(
              12 + ids.size() * FRAME_BYTES + sorted.size() * KEY_BYTES + refBytes.length);
      out.putInt(ids.size());
      for (int i = 0; i < ids.size(); i++) {
        out.putInt(offsets.get(i)).putLong(ids.get(i).high()).putLong(ids.get(i).low());
        out.putLong(digests.get(i));
      }
      out.putInt(sorted.size());
      sorted.forEach(key -> out.putLong(key.hash()).putInt(key.frame()));
      out.putInt(refs.size()).put(refBytes);
      byte[] coded = Frame.coded(out.array());
      byte[] body = seal.seal(coded, coded.length, about(resource, header));
      return ByteBuffer.allocate(body.length + Hash.BYTES)
          .put(body)
          .put(Hash.of(body).bytes())
          .array();
    }
  }

  /// @throws dev.gnomon.core.journal.DamagedJournalException if it can't be read
  /// @throws ExpiredMeanwhile if it was deleted since it was listed
  static SegmentIndex read(LogObjects log, ObjectName name, Header header) {
    int length = (int) (header.totalBytes() - header.framesEnd());
    byte[] stored =
        log.bytes(name, new ByteRange(header.framesEnd(), Math.max(1, length)))
            .orElseThrow(() -> log.gone(name));
    try {
      int end = length - Hash.BYTES;
      if (stored.length != length
          || end < 0
          || !Hash.of(stored, 0, end).equals(Hash.read(ByteBuffer.wrap(stored, end, Hash.BYTES)))) {
        throw new BlobFault("its index does not have its hash");
      }
      byte[] body = log.seal().open(Arrays.copyOf(stored, end), about(log.resource(), header));
      return decode(header, Frame.uncoded(body));
    } catch (BlobFault e) {
      throw log.damaged(name, String.valueOf(e.getMessage()));
    }
  }

  static SegmentIndex decode(Header header, byte[] raw) {
    ByteBuffer in = ByteBuffer.wrap(raw);
    int count = count(in, FRAME_BYTES);
    if (count != header.count()) {
      throw new BlobFault(
          "its index names %d frames, expected %d".formatted(count, header.count()));
    }
    int[] offsets = new int[count];
    TransactionId[] ids = new TransactionId[count];
    long[] digests = new long[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = in.getInt();
      ids[i] = new TransactionId(in.getLong(), in.getLong());
      digests[i] = in.getLong();
    }
    int keys = count(in, KEY_BYTES);
    long[] hashes = new long[keys];
    int[] frames = new int[keys];
    for (int i = 0; i < keys; i++) {
      hashes[i] = in.getLong();
      frames[i] = in.getInt();
      if (frames[i] < 0 || frames[i] >= count) {
        throw new BlobFault("its index names frame " + frames[i]);
      }
    }
    int refCount = count(in, 1);
    Decoder decoder =
        new Decoder(new ByteArrayInputStream(raw, in.position(), raw.length - in.position()));
    List<ContentRef> refs = new ArrayList<>();
    for (int i = 0; i < refCount; i++) {
      refs.add(decoder.content());
    }
    return new SegmentIndex(header, offsets, ids, digests, hashes, frames, refs);
  }

  private static int count(ByteBuffer in, int each) {
    if (in.remaining() < Integer.BYTES) {
      throw new BlobFault("its index ended early");
    }
    int count = in.getInt();
    if (count < 0 || count > Frame.MAX_READ_BYTES / each || (long) count * each > in.remaining()) {
      throw new BlobFault("its index claims " + count + " entries");
    }
    return count;
  }

  static byte[] about(ResourceName resource, Header header) {
    return "journal/%s/index/%d-%d"
        .formatted(resource, header.firstBatch(), header.lastBatch())
        .getBytes(UTF_8);
  }
}
