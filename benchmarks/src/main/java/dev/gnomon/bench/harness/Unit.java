package dev.gnomon.bench.harness;

/// What figures are counted in.
public enum Unit {
  SECONDS("s"),
  BYTES("bytes"),
  MEBIBYTES("MiB"),
  RATIO("ratio");

  private final String symbol;

  Unit(String symbol) {
    this.symbol = symbol;
  }

  public String symbol() {
    return symbol;
  }
}
