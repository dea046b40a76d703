package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Several jobs of one contestant, one after the other, each in a directory of its own. What
/// several of them read, which is the peak memory, is the greatest of theirs.
record Together(List<Contestant> jobs) implements Contestant {
  Together {
    jobs = List.copyOf(jobs);
  }

  @Override
  public Readings round(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    Readings all = Readings.NONE;
    for (int i = 0; i < jobs.size(); i++) {
      Path own = Files.createDirectory(directory.resolve("job-" + i));
      for (Map.Entry<String, Double> read : jobs.get(i).round(own).values().entrySet()) {
        double before = all.values().getOrDefault(read.getKey(), 0.0);
        all = all.with(read.getKey(), Math.max(before, read.getValue()));
      }
      Trees.discard(own);
    }
    return all;
  }
}
