package dev.gnomon.protect;

/// Stands for `kill -9`: thrown after a step's effect is stored, and caught by nobody but the test.
final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed(String step) {
    super(step);
  }
}
