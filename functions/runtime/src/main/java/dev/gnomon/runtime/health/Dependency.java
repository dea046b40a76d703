package dev.gnomon.runtime.health;

/// Something that the process works with.
///
/// @param name shown to people, such as `control store west`
/// @param required whether nothing can be done without it; else its fault is only reported
public record Dependency(String name, boolean required, Check check) {

  /// Returns if the dependency answers, throws if it does not. May block; it is given
  /// `gnomon.health.timeout`, then interrupted.
  @FunctionalInterface
  public interface Check {
    void run() throws Exception;
  }
}
