package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.peers.Rclone;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// rclone: one directory made equal to a plain copy.
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
    double rollback = sync(directory, () -> ground.damage().damage(seed + 2, false));
    double sync = sync(directory, () -> ground.damage().edit(seed + 4));
    return Readings.NONE
        .with(StoreMeasures.ROLLBACK_TRUST_STAT, rollback)
        .with(StoreMeasures.FULL_SYNC, sync);
  }

  private interface Change {
    List<String> make() throws IOException;
  }

  private double sync(Path directory, Change change)
      throws RoundFailedException, IOException, InterruptedException {
    List<String> touched = new ArrayList<>();
    try {
      touched.addAll(change.make());
      double seconds = rclone.sync(directory, ground.pristine(), ground.tree()).seconds();
      Ground.requireEqual("rclone sync", ground.digest(), ground.tree());
      touched.clear();
      return seconds;
    } finally {
      ground.mend(touched);
    }
  }
}
