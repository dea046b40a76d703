package dev.gnomon.core.letters;

import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.letters.LetterStep.Kind;
import dev.gnomon.core.objects.ObjectStoreException;
import java.util.Optional;

/// Keeps dead letters, once an event and destination. Repeats of a delivery change nothing; an
/// event that dies again after somebody saw to its letter is one death more. Thread-safe.
///
/// What can't be told apart is a repeat of the first delivery that comes after a replay and an
/// event that died again: both count as a death, since a letter too many loses nothing.
public final class TakeLetters {
  private static final int MAX_RACES = 20;

  private final LetterRecords records;
  private final Room room;
  private final Beyond beyond;

  TakeLetters(LetterRecords records, Room room, Beyond beyond) {
    this.records = records;
    this.room = room;
    this.beyond = beyond;
  }

  /// What became of an event that came as a dead letter.
  public sealed interface Taken {
    /// A letter, or a letter once more.
    ///
    /// @param deaths how often it was given up
    record Kept(Letter letter, int deaths) implements Taken {}

    /// It is a letter that waits already.
    record Repeated(Letter letter) implements Taken {}

    /// No room: it was counted and is gone.
    record Counted() implements Taken {}
  }

  /// Durable when it returns.
  public Taken take(DeadEvent event) {
    String key = event.key();
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<Letter> known = records.letter(key);
      boolean first = known.isEmpty();
      if (first) {
        if (!room.hasFor(event.content().length())) {
          beyond.count(event);
          return new Taken.Counted();
        }
        known = begun(event);
      }
      Letter letter = known.orElseThrow();
      RecordLog<LetterStep> log = records.log(key);
      Optional<Numbered<LetterStep>> last = log.last();
      if (last.isEmpty()) {
        return first ? new Taken.Kept(letter, 1) : new Taken.Repeated(letter);
      }
      LetterStep step = last.get().record();
      if (step.kind() == Kind.DIED || step.kind() == Kind.REFUSED) {
        return first ? new Taken.Kept(letter, step.deaths()) : new Taken.Repeated(letter);
      }
      records.unresolved(letter);
      LetterStep died =
          new LetterStep(
              Kind.DIED,
              records.time(),
              step.deaths() + 1,
              Optional.empty(),
              event.code(),
              event.reason());
      if (log.append(last.get().number() + 1, died) instanceof Created<LetterStep>) {
        // Whoever found it resolved may have taken the marker, or the letter itself, away.
        records.unresolved(letter);
        if (records.knows(key)) {
          return new Taken.Kept(letter, died.deaths());
        }
      }
    }
    throw new ObjectStoreException(
        ObjectStoreException.Kind.TRANSIENT, "others write the log of dead letter " + key);
  }

  /// The marker first, so that a kill leaves no letter that nobody finds.
  private Optional<Letter> begun(DeadEvent event) {
    Letter letter = Letter.of(event, records.time());
    records.unresolved(letter);
    Letter stands = records.create(letter, event.content()).record();
    if (!stands.marker().equals(letter.marker())) {
      records.bury(letter.marker());
    } else {
      room.taken(letter.bytes());
    }
    return Optional.of(stands);
  }
}
