package dev.gnomon.bench.harness;

/// Which way figures should go: less for times and sizes, more for such as a rate of compression.
public enum Better {
  LESS,
  MORE
}
