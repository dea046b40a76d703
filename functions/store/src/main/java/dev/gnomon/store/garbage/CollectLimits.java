package dev.gnomon.store.garbage;

/// How much one step of collection does at most. What is over waits for the next step.
///
/// @param repackDeadPercent a pack is repacked when at least this share of it is dead. 50: to free
///   one byte at most one is copied, and a store holds at most twice what it needs
/// @param repackLeastBytes less than this is not worth repacking for, all packs together
/// @param repackBytes live bytes that are copied
/// @param repackPieces blobs that are copied
/// @param packs that are condemned, and that are deleted
public record CollectLimits(
    int repackDeadPercent, long repackLeastBytes, long repackBytes, int repackPieces, int packs) {
  public static final CollectLimits DEFAULT =
      new CollectLimits(50, 1L << 20, 1L << 30, 100_000, 100_000);

  public CollectLimits {
    if (repackDeadPercent < 1 || repackDeadPercent > 100 || packs < 1) {
      throw new IllegalArgumentException(
          "a share must be 1 to 100 percent, and packs at least 1: %d, %d"
              .formatted(repackDeadPercent, packs));
    }
  }
}
