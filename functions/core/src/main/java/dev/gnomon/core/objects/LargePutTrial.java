package dev.gnomon.core.objects;

import java.util.Optional;

/// A store that puts large objects in another way than it creates small ones, and can try whether
/// its server leaves a taken name alone that way too. Such a store is used all the same: its names
/// are fresh, so only the guard against a name that is used twice is weaker.
public interface LargePutTrial {

  /// Tries to put over an object. A store on a server that doesn't keep the condition goes without
  /// it from then on.
  ///
  /// @param taken the name of an object that may be lost
  /// @return empty if the server leaves it alone; else what it does instead, a sentence
  /// @throws ObjectStoreException if a fault kept the trial from an answer
  Optional<String> putOver(ObjectName taken);
}
