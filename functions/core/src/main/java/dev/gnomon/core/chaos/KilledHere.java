package dev.gnomon.core.chaos;

/// Ends the work on an event at once, as the end of its process would: nobody who handles faults
/// catches it, and nothing is recorded of it.
public final class KilledHere extends Error {
  private static final long serialVersionUID = 1L;

  KilledHere(String experiment, String step) {
    super("experiment %s killed the work after the step %s".formatted(experiment, step));
  }
}
