package dev.gnomon.core.notices;

/// Counts what became of notices, a target each.
public interface NoticeMeter {
  NoticeMeter NONE = (target, what) -> {};

  void count(String target, What what);

  /// What became of a round.
  enum What {
    SENT,
    /// Put off to another round.
    DELAYED,
    DEAD
  }
}
