package dev.gnomon.core.shadow;

/// Told how long work goes on. Called from several threads.
@FunctionalInterface
public interface Progress {
  Progress NONE = (files, bytes) -> {};

  /// @param files further files done
  /// @param bytes further bytes done
  void advanced(long files, long bytes);
}
