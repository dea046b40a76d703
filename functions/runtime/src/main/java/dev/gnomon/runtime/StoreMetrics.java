package dev.gnomon.runtime;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.CountedObjectStore;
import dev.gnomon.core.objects.CountedObjectStore.Request;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/// Shows what the store of a cell is asked for: `gnomon.store.requests` by cell and request.
public final class StoreMetrics {
  private StoreMetrics() {}

  public static void bind(MeterRegistry meters, CellName cell, CountedObjectStore store) {
    for (Request request : Request.values()) {
      FunctionCounter.builder("gnomon.store.requests", store, one -> one.count(request))
          .description("requests to the store of a cell, retries included")
          .tag("cell", cell.value())
          .tag("request", request.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
  }
}
