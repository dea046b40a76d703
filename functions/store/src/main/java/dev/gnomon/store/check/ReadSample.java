package dev.gnomon.store.check;

import dev.gnomon.store.blobs.Hash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Which packs a check reads. In each cycle the packs fall into a hundred slices by a hash of id
/// and cycle, and each round takes the next slices: the rounds of a cycle together read everything
/// once, with 10 percent ten of them do. As each cycle has other slices, rounds that are left out
/// (a check every second day) leave out other packs each time, not always the same.
///
/// @param percent of the packs, 0 to 100
/// @param round which of the rounds; days since 1970 unless told
public record ReadSample(int percent, long round) {
  private static final int SLICES = 100;
  private static final long SECONDS_A_DAY = 86_400;

  public ReadSample {
    if (percent < 0 || percent > SLICES) {
      throw new IllegalArgumentException("a share to read must be 0 to 100 percent: " + percent);
    }
  }

  /// The sample of a day.
  public static ReadSample of(int percent, Instant now) {
    return new ReadSample(percent, now.getEpochSecond() / SECONDS_A_DAY);
  }

  public boolean includes(String pack) {
    if (percent == 0) {
      return false;
    }
    long from = first();
    long cycle = Math.floorDiv(round * percent, SLICES);
    return isWithin(slice(pack, cycle), from, from + percent)
        || isWithin(slice(pack, cycle + 1) + SLICES, from, from + percent);
  }

  private static boolean isWithin(long slice, long from, long to) {
    return slice >= from && slice < to;
  }

  private static long slice(String pack, long cycle) {
    byte[] named = (pack + "/" + cycle).getBytes(StandardCharsets.UTF_8);
    return Math.floorMod(Hash.of(named).a(), SLICES);
  }

  private long first() {
    return Math.floorMod(round * percent, SLICES);
  }

  @Override
  public String toString() {
    return switch (percent) {
      case 0 -> "";
      case SLICES -> "all packs";
      default ->
          "slices %d to %d of 100 (round %d)"
              .formatted(first(), Math.floorMod(first() + percent - 1, SLICES), round);
    };
  }
}
