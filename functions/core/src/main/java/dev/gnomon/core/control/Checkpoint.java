package dev.gnomon.core.control;

/// Told after the effect of a step is stored. Tests stop the process here; production does nothing.
@FunctionalInterface
public interface Checkpoint {
  Checkpoint NONE = step -> {};

  /// @param step name of the step whose effect is now durable
  void reached(String step);
}
