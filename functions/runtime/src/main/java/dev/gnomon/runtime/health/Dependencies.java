package dev.gnomon.runtime.health;

import java.util.List;

/// Implemented by a bean of each module that depends on something.
public interface Dependencies {
  /// The same ones, with unique names, at each call.
  List<Dependency> dependencies();
}
