package dev.gnomon.core.chaos;

/// Is told what came of each experiment that began, once at least.
@FunctionalInterface
public interface Ended {
  Ended NOBODY = (experiment, outcome) -> {};

  /// @throws dev.gnomon.core.objects.ObjectStoreException if it can't be kept now; it is told again
  void tell(Experiment experiment, Outcome outcome);
}
