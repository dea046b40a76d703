package dev.gnomon.store.restore;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.points.StoredPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Compares points with directories and with each other.
public final class PointComparisons {
  private final StoreParts store;

  public PointComparisons(StoreParts store) {
    this.store = store;
  }

  public Comparison compare(PointId id, Path directory, Progress progress) {
    StoredPoint point = store.required(id);
    BlobReader reader = store.reader();
    Differences differences = new Differences();
    return DeepStack.call(
        "compare-" + id,
        () -> {
          Optional<FileStat> found = stat(directory);
          try (OpenTree tree = OpenTree.of(directory);
              OrderedTasks tasks = new OrderedTasks()) {
            CompareWork work =
                new CompareWork(
                    id,
                    reader,
                    new FileContents(store.settings().files()),
                    tasks,
                    progress,
                    found.map(FileStat::device).orElse(0L),
                    differences);
            new Lockstep(id, reader, found.map(FileStat::device).orElse(0L), Part.WHOLE)
                .walk(point.rootEntry(), tree.root(), found, work);
            tasks.drain();
          }
          return differences.comparison();
        });
  }

  /// How a point differs from another one of this store, of the same resource or not.
  public PointDiff diff(PointId first, PointId second) {
    TreeDiff.Side before = side(first);
    TreeDiff.Side after = side(second);
    return DeepStack.call("diff-" + first + "-" + second, () -> new TreeDiff(before, after).diff());
  }

  private TreeDiff.Side side(PointId id) {
    TreeDiff.Faults faults = (path, fault) -> Lockstep.damaged(id, path, fault);
    try {
      return new TreeDiff.Side(store.required(id).rootEntry(), store.reader()::read, faults);
    } catch (BlobFault e) {
      throw faults.at("", e);
    }
  }

  private static Optional<FileStat> stat(Path directory) throws IOException {
    return FileStat.of(directory).filter(stat -> stat.kind() == Kind.DIRECTORY);
  }
}
