package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import java.time.Instant;
import java.util.Optional;

/// What is known of the newest content in a cell. Answers at once, from what was found before.
public interface Lags {
  /// @param time when the newest point that a rollback would go to was taken
  /// @param bytes of its content
  record Newest(Instant time, long bytes) {}

  Optional<Newest> newest(Resource resource, CellName cell);
}
