package dev.gnomon.core.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Faults of pieces of work of which each is to be tried whatever became of the others. For one
/// thread.
public final class Faults {
  private final List<RuntimeException> kept = new ArrayList<>();

  /// Runs a piece of work and keeps what it throws.
  public void keep(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      kept.add(e);
    }
  }

  /// Runs a piece of work and keeps what it throws.
  ///
  /// @return empty if it threw
  public <T> Optional<T> get(Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (RuntimeException e) {
      kept.add(e);
      return Optional.empty();
    }
  }

  /// Throws the first fault, the others suppressed in it, if there was one.
  public void raise() {
    if (!kept.isEmpty()) {
      RuntimeException first = kept.getFirst();
      kept.stream().skip(1).filter(other -> other != first).forEach(first::addSuppressed);
      throw first;
    }
  }
}
