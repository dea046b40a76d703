package dev.gnomon.store.check;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.marks.Sufferers.Hurt;
import java.util.List;
import java.util.Set;

/// What a check found.
///
/// @param roots that were walked
/// @param packs that were looked at
/// @param packBytes of all packs
/// @param readPacks packs whose content was read, every byte of it
/// @param readBytes of them
/// @param sample which packs were read, for people; empty if none
/// @param findings the first thousand
/// @param damaged how many findings are damage
/// @param notes how many are not
/// @param lost ids of blobs that are needed and are nowhere whole; the first ten thousand
/// @param hurt the roots that need them, or can't be read themselves
/// @param unreferencedPacks packs that no root counts on: garbage, or of captures under way
/// @param unreferencedBytes of them
public record CheckReport(
    long roots,
    long packs,
    long packBytes,
    long readPacks,
    long readBytes,
    String sample,
    List<Finding> findings,
    long damaged,
    long notes,
    Set<Hash> lost,
    List<Hurt> hurt,
    long unreferencedPacks,
    long unreferencedBytes) {

  public CheckReport {
    findings = List.copyOf(findings);
    lost = Set.copyOf(lost);
    hurt = List.copyOf(hurt);
  }

  /// What is wrong with an object.
  public enum Kind {
    MISSING,
    /// Shorter than it must be.
    TRUNCATED,
    /// Its content is not what was written.
    CHANGED,
    /// It is whole and contradicts another object.
    DISAGREES,
    /// Nobody can say what it is.
    UNKNOWN
  }

  /// @param damage whether a root may need it; else only a note
  public record Finding(Kind kind, ObjectName object, String what, boolean damage) {}

  /// Whether every root can be restored, as far as was looked.
  public boolean clean() {
    return damaged == 0 && hurt.isEmpty();
  }
}
