package dev.gnomon.bench.harness;

/// A bench whose report can also be drawn.
public interface Drawn {
  /// The report as SVG.
  String svg(Report report);
}
