package dev.gnomon.bench.scenarios;

import java.util.List;
import java.util.stream.Stream;

/// All scenarios.
public final class Scenarios {
  private Scenarios() {}

  public static List<Scenario> all() {
    return Stream.concat(Failures.all().stream(), Harmless.all().stream()).toList();
  }
}
