package dev.gnomon.bench.harness;

/// Another program that does the same job.
public sealed interface Peer {
  /// The name of its program.
  String name();

  /// This machine has it.
  record Present(String name, String version, Contestant contestant) implements Peer {}

  /// This machine does not have it.
  record Absent(String name, String reason) implements Peer {}

  /// It is there, and doesn't even tell its version.
  record Broken(String name, String reason) implements Peer {}
}
