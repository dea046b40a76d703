package dev.gnomon.local.demo;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What happened and when, for people.
final class Timeline {
  private final Optional<PrintStream> out;
  private final long start = System.nanoTime();

  /// @param out empty: nothing is printed
  Timeline(Optional<PrintStream> out) {
    this.out = out;
  }

  void say(String what) {
    out.ifPresent(stream -> {
      stream.printf("%8.2f s  %s%n", seconds(start), what);
      stream.flush();
    });
  }

  static double seconds(long since) {
    return millis(since) / 1000.0;
  }

  static double millis(long since) {
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - since) / 1000.0;
  }
}
