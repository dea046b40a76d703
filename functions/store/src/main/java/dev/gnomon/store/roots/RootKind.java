package dev.gnomon.store.roots;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.BlobFault;
import java.util.Optional;

/// One kind of roots. Its objects lie below a prefix of its own, and all that lies there is of this
/// kind. Thread-safe.
public interface RootKind {

  /// Prefix of the names of its objects, `store/points/` for points; ends in `/`.
  String prefix();

  /// What a root of this kind is called in messages: `point`.
  String word();

  /// The point that a name stands for, if roots of this kind are points.
  default Optional<PointId> point(ObjectName name) {
    return Optional.empty();
  }

  /// Reads one root.
  ///
  /// @param name as a list below the prefix gave it
  /// @return empty if the object is gone by now
  /// @throws BlobFault if the object is damaged or its name is none that this kind gives
  Optional<Root> read(ObjectName name);

  /// Looks at what its objects say together, and at what reading a root leaves out.
  default void examine(Flaws flaws) {}
}
