package dev.gnomon.bench.growth;

import java.util.Locale;

/// What is measured of each number of files.
enum Step {
  FIRST("first shadow"),
  UNCHANGED("unchanged"),
  RESTORE("restore");

  private final String title;

  Step(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  private String prefix() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Of its seconds.
  String time(int files) {
    return prefix() + "-" + files;
  }

  /// Of its peak memory.
  String memory(int files) {
    return prefix() + "-memory-" + files;
  }
}
