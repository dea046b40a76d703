package dev.gnomon.runtime.health;

/// Implemented by a bean for each thing the process can't work without.
public interface DependencyCheck {
  /// Shown to people, such as `control store west`.
  String name();

  /// Returns if the dependency answers, throws if it does not. May block; it is given
  /// `gnomon.health.timeout`, then interrupted.
  void check() throws Exception;
}
