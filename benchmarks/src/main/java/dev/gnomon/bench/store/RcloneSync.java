package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.peers.Rclone;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// rclone: a damaged tree made equal to a plain copy, and a plain copy to an edited tree.
final class RcloneSync implements Contestant {
  private static final int SEEDS_EACH = 10;

  private final Rclone rclone;
  private final Ground ground;
  private int round;

  RcloneSync(Rclone rclone, Ground ground) {
    this.rclone = rclone;
    this.ground = ground;
  }

  @Override
  public Readings round(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    ground.ready();
    long seed = (long) round * SEEDS_EACH;
    round++;
    ReplicaSync sync =
        new ReplicaSync(Rclone.NAME, ground, (from, to) -> rclone.sync(directory, from, to));
    return Readings.NONE
        .with(StoreMeasures.ROLLBACK_TRUST_STAT, rollback(directory, seed + 2))
        .with(StoreMeasures.FULL_SYNC, sync.run(directory.resolve("replica"), seed).seconds());
  }

  private double rollback(Path directory, long seed)
      throws RoundFailedException, IOException, InterruptedException {
    List<String> touched = new ArrayList<>();
    try {
      touched.addAll(ground.damage().damage(seed, false));
      double seconds = rclone.sync(directory, ground.pristine(), ground.tree()).seconds();
      Ground.requireEqual("rclone sync", ground.digest(), ground.tree());
      touched.clear();
      return seconds;
    } finally {
      ground.mend(touched);
    }
  }
}
