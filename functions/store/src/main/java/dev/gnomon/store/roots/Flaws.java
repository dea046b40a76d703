package dev.gnomon.store.roots;

import dev.gnomon.core.objects.ObjectName;

/// Told what is wrong with the objects of one kind of roots.
public interface Flaws {
  /// What is wrong with an object.
  enum Flaw {
    MISSING,
    /// Shorter than it must be.
    TRUNCATED,
    /// Its content is not what was written.
    CHANGED,
    /// It is whole and contradicts another object.
    DISAGREES
  }

  /// Somebody may need what is lost.
  void damage(Flaw flaw, ObjectName object, String what);

  /// Nobody needs what is lost.
  void note(Flaw flaw, ObjectName object, String what);

  /// What can't be restored, or done, because of it: `positions 4 to 8 of the journal of orders`.
  void hurt(String what);
}
