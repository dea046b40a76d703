package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.notices.Episodes.Turn;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What is over in an episode, and what is not.
///
/// @param turns the newest first
record Episode(List<Numbered<Turn>> turns) {
  /// By as much the clocks of those who tell may differ. Closer together the order of keeping
  /// decides.
  static final Duration TOLERANCE = Duration.ofMinutes(1);

  /// Whether trouble is over by an end. When both happened decides, not when they came. What is
  /// critical and its ends are timed by one clock, the control store's, and get no tolerance: an
  /// alarm too many is better than one too few.
  static boolean over(Numbered<Turn> trouble, Numbered<Turn> end) {
    Duration later = Duration.between(trouble.record().time(), end.record().time());
    Duration tolerance =
        trouble.record().severity() == Severity.CRITICAL ? Duration.ZERO : TOLERANCE;
    return later.abs().compareTo(tolerance) > 0
        ? later.isPositive()
        : end.number() > trouble.number();
  }

  /// The ends by which trouble is over.
  List<Numbered<Turn>> endsOf(Numbered<Turn> trouble) {
    return ends().filter(end -> over(trouble, end)).toList();
  }

  /// Trouble that is not over, the newest first.
  List<Numbered<Turn>> lasting() {
    return trouble().filter(one -> ends().noneMatch(end -> over(one, end))).toList();
  }

  /// The incidents that an end closes, with the highest severity of their trouble: those that no
  /// earlier end has closed. One with newer trouble is among them, for that may be over soon.
  Map<String, Severity> closedBy(Numbered<Turn> by) {
    Map<String, Severity> closed = new LinkedHashMap<>();
    trouble()
        .filter(one -> over(one, by))
        .filter(one ->
            ends().filter(end -> end.number() < by.number()).noneMatch(end -> over(one, end)))
        .map(Numbered::record)
        .forEach(one ->
            closed.merge(one.incident(), one.severity(), (a, b) -> a.compareTo(b) > 0 ? a : b));
    return closed;
  }

  private Stream<Numbered<Turn>> trouble() {
    return turns.stream().filter(turn -> turn.record().action() == Action.TRIGGER);
  }

  private Stream<Numbered<Turn>> ends() {
    return turns.stream().filter(turn -> turn.record().action() == Action.RESOLVE);
  }
}
