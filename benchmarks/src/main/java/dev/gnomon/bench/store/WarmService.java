package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Spread;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.ShadowStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Ours as a service that has been running: this process, with a store that it keeps open and used
/// before. What a stack adds to it (an event, records of the job) is not in these figures.
final class WarmService {
  private static final double NANOS = 1e9;
  private static final int MEASURED = 3;

  private final Place.Opened opened;

  WarmService(Place.Opened opened) {
    this.opened = opened;
  }

  /// Median of three captures of a tree that did not change since the last point, after one more.
  double secondsOfUnchanged(Path tree, String resource) throws RoundFailedException, IOException {
    ObjectStore objects = opened.objects();
    ShadowStores stores = ShadowStores.open(objects);
    capture(stores, tree, resource);
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < MEASURED; i++) {
      long start = System.nanoTime();
      capture(stores, tree, resource);
      seconds.add((System.nanoTime() - start) / NANOS);
    }
    return Spread.of(seconds).median();
  }

  private static void capture(ShadowStores stores, Path tree, String resource)
      throws RoundFailedException {
    CaptureRequest request =
        new CaptureRequest(
            "bench-" + UUID.randomUUID(),
            new ResourceName(resource),
            tree,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            CaptureRequest.DEFAULT_PART_BYTES);
    switch (stores.shadows().commit(request, List.of(), Progress.NONE)) {
      case CaptureOutcome.Taken taken -> {}
      case CaptureOutcome.Refused refused -> throw new RoundFailedException(refused.reason());
    }
  }
}
