package dev.gnomon.store.marks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records of one length, sorted into shards by their first two bytes, which must be spread evenly
/// (they begin with a hash). Memory is one block a shard; the rest is in one file that is only
/// appended to until shards are sorted in their place. For one thread.
final class Spill {
  private static final int BLOCK_BYTES = 16 << 10;

  private final ScratchFile file;
  private final int recordBytes;
  private final int blockRecords;
  private final List<Shard> shards = new ArrayList<>();
  private long count;

  private static final class Shard {
    private byte @Nullable [] open;
    private int filled;
    private long[] blocks = new long[4];
    private int blockCount;
  }

  /// Gets the records of a shard, some at a time.
  interface Use {
    /// @param records one after another, `length` bytes of them
    void records(byte[] records, int length);
  }

  /// @param shards a power of two up to 65536
  Spill(ScratchFile file, int shards, int recordBytes) {
    this.file = file;
    this.recordBytes = recordBytes;
    this.blockRecords = BLOCK_BYTES / recordBytes;
    for (int i = 0; i < shards; i++) {
      this.shards.add(new Shard());
    }
  }

  /// The shard of records that begin with these bytes.
  static int shardOf(byte[] record, int at, int shards) {
    int first = (record[at] & 0xff) << 8 | (record[at + 1] & 0xff);
    return (int) ((long) first * shards >>> 16);
  }

  void add(byte[] record) {
    Shard shard = shards.get(shardOf(record, 0, shards.size()));
    byte[] open = shard.open;
    if (open == null) {
      open = new byte[blockRecords * recordBytes];
      shard.open = open;
    }
    System.arraycopy(record, 0, open, shard.filled, recordBytes);
    shard.filled += recordBytes;
    count++;
    if (shard.filled == open.length) {
      if (shard.blockCount == shard.blocks.length) {
        shard.blocks = Arrays.copyOf(shard.blocks, 2 * shard.blocks.length);
      }
      shard.blocks[shard.blockCount++] = file.append(open, open.length);
      shard.filled = 0;
    }
  }

  long count() {
    return count;
  }

  /// How many records a shard has.
  int count(int shard) {
    Shard one = shards.get(shard);
    return Math.toIntExact((long) one.blockCount * blockRecords + one.filled / recordBytes);
  }

  void each(int shard, Use use) {
    Shard one = shards.get(shard);
    byte[] block = new byte[one.blockCount == 0 ? 0 : blockRecords * recordBytes];
    for (int i = 0; i < one.blockCount; i++) {
      file.read(one.blocks[i], block, 0, block.length);
      use.records(block, block.length);
    }
    if (one.open != null && one.filled > 0) {
      use.records(one.open, one.filled);
    }
  }

  /// A whole shard in memory.
  byte[] all(int shard) {
    byte[] all = new byte[Math.multiplyExact(count(shard), recordBytes)];
    int[] at = {0};
    each(
        shard,
        (records, length) -> {
          System.arraycopy(records, 0, all, at[0], length);
          at[0] += length;
        });
    return all;
  }

  /// Puts other records in the place of those of a shard.
  ///
  /// @param all as many bytes as [#all] gave
  void replace(int shard, byte[] all) {
    Shard one = shards.get(shard);
    byte[] block = new byte[one.blockCount == 0 ? 0 : blockRecords * recordBytes];
    for (int i = 0; i < one.blockCount; i++) {
      System.arraycopy(all, i * block.length, block, 0, block.length);
      file.write(one.blocks[i], block, block.length);
    }
    if (one.open != null && one.filled > 0) {
      System.arraycopy(all, one.blockCount * block.length, one.open, 0, one.filled);
    }
  }

  /// Some records of a shard.
  ///
  /// @return fewer than `length` records at the end of the shard
  byte[] read(int shard, int first, int length) {
    Shard one = shards.get(shard);
    int end = Math.min(count(shard), first + length);
    byte[] records = new byte[Math.max(0, end - first) * recordBytes];
    for (int at = first; at < end; ) {
      int block = at / blockRecords;
      int within = at % blockRecords;
      int taken = Math.min(end - at, blockRecords - within);
      int to = (at - first) * recordBytes;
      if (block < one.blockCount) {
        long from = one.blocks[block] + (long) within * recordBytes;
        file.read(from, records, to, taken * recordBytes);
      } else if (one.open != null) {
        System.arraycopy(one.open, within * recordBytes, records, to, taken * recordBytes);
      }
      at += taken;
    }
    return records;
  }

  /// The records are not needed any more.
  void drop() {
    shards.forEach(shard -> shard.open = null);
    file.drop();
  }
}
