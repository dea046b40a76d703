package dev.gnomon.store.check;

import dev.gnomon.store.blobs.Hash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Which packs a check reads: their ids fall into a hundred slices, and each round takes the next
/// ones, so that rounds one after another read everything: with 10 percent ten of them do.
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
    long slice = Math.floorMod(Hash.of(pack.getBytes(StandardCharsets.UTF_8)).a(), SLICES);
    return Math.floorMod(slice - first(), SLICES) < percent;
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
