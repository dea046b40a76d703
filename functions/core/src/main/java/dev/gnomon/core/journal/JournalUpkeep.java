package dev.gnomon.core.journal;

import java.time.Duration;

/// Keeps a journal short. Every step may be killed, repeated, and run beside appends.
public interface JournalUpkeep {

  /// Does what is due: seals batches into segments, folds sealed segments into a new base, deletes
  /// what no moment within the retention needs.
  Report run(Rules rules);

  /// @param segmentBytes a segment is sealed when so much waits for it
  /// @param segmentEvery or when the oldest of it has waited for so long
  /// @param compactWrites a base is made when so many writes were sealed since the last one
  /// @param retain any moment not older than this can be restored
  /// @param settle of a prefix: versions that are younger than this may still be missing in a list
  record Rules(
      long segmentBytes,
      Duration segmentEvery,
      long compactWrites,
      Duration retain,
      Duration settle) {
    public static final long MAX_SEGMENT_BYTES = 10L << 20;
    public static final Duration DEFAULT_SETTLE = Duration.ofSeconds(10);
    public static final Rules DEFAULT =
        new Rules(8L << 20, Duration.ofMinutes(5), 100_000, Duration.ofDays(7));

    public Rules(long segmentBytes, Duration segmentEvery, long compactWrites, Duration retain) {
      this(segmentBytes, segmentEvery, compactWrites, retain, DEFAULT_SETTLE);
    }

    public Rules {
      if (segmentBytes < 1 || segmentBytes > MAX_SEGMENT_BYTES) {
        throw new IllegalArgumentException(
            "a segment has 1 to %d bytes: %d".formatted(MAX_SEGMENT_BYTES, segmentBytes));
      }
      if (segmentEvery.isNegative()
          || retain.isNegative()
          || settle.isNegative()
          || compactWrites < 1) {
        throw new IllegalArgumentException(
            "segment.every, retain and settle must not be negative, compactWrites at least 1: %s, %s, %s, %d"
                .formatted(segmentEvery, retain, settle, compactWrites));
      }
    }
  }

  /// @param basePosition of the base that was made; 0 if none was
  record Report(int sealed, long basePosition, int deleted) {}
}
