package dev.gnomon.core.prediction;

import java.util.Optional;

/// States that all processes share, with those that this process used last kept near: while the
/// shared ones are away or lost, predictions go on with these, and what was announced is not
/// announced again under another name. Of two states the one of the later revision counts.
/// Thread-safe.
public final class NearSubjectStates implements SubjectStates {
  private final SubjectStates shared;
  private final SubjectStates near;

  public NearSubjectStates(SubjectStates shared, MemorySubjectStates near) {
    this.shared = shared;
    this.near = near;
  }

  @Override
  public Optional<Kept> load(String name) {
    Optional<Kept> theirs = shared.load(name);
    return near.load(name)
        .filter(ours -> ours.revision() > theirs.map(Kept::revision).orElse(0L))
        .or(() -> theirs);
  }

  @Override
  public boolean store(String name, Kept kept) {
    if (!shared.store(name, kept)) {
      return false;
    }
    var unused = near.store(name, kept);
    return true;
  }
}
