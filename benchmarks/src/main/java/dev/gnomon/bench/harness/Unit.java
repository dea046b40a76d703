package dev.gnomon.bench.harness;

/// What figures are counted in.
public enum Unit {
  SECONDS("s"),
  BYTES("bytes"),
  MEBIBYTES("MiB"),
  GIGABYTES_A_SECOND("GB/s"),
  MILLIONS_A_SECOND("M/s"),
  RATIO("ratio"),
  MICROSECONDS("us"),
  /// Of a benchmark that counts its own; 100 is perfect.
  POINTS("points"),
  COUNT(""),
  /// From 0 to 1.
  SHARE("of 1");

  private final String symbol;

  Unit(String symbol) {
    this.symbol = symbol;
  }

  public String symbol() {
    return symbol;
  }
}
