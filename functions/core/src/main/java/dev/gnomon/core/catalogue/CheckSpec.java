package dev.gnomon.core.catalogue;

import java.time.Duration;
import java.util.List;

/// A check that a restored resource must pass before it is released: a program that exits 0. Its
/// working directory is the restored tree.
public record CheckSpec(String name, List<String> argv, Duration timeout) {
  public CheckSpec {
    argv = List.copyOf(argv);
  }
}
