package dev.gnomon.core.letters;

import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.letters.LetterSender.NotTaken;
import dev.gnomon.core.letters.LetterStep.Kind;
import dev.gnomon.core.objects.ObjectStoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Sends the events of letters again, and drops letters. Each replay is a step of the letter's log
/// before anything is sent and another one when the broker has the event; killed in between, the
/// event is sent once more. Thread-safe.
public final class ReplayLetters {
  /// Longer than a broker is asked to take an event.
  static final Duration STALE_AFTER = Duration.ofMinutes(2);

  private static final int MAX_RACES = 20;
  private static final int MAX_SWEPT = 100;
  private static final int MAX_REASON = 1000;

  private final LetterRecords records;
  private final LetterSender sender;
  private final Checkpoint checkpoint;

  ReplayLetters(LetterRecords records, LetterSender sender, Checkpoint checkpoint) {
    this.records = records;
    this.sender = sender;
    this.checkpoint = checkpoint;
  }

  /// What came of a replay.
  ///
  /// @param state as [LetterViews.State] has it: replayed, or dead if the broker did not take it
  /// @param sent false if it had been replayed before and was left alone
  public record Replayed(String letter, String state, boolean sent, Optional<String> reason) {}

  /// @param by who asks for it
  /// @param again whether to send what was replayed before and did not come back
  /// @throws Refusal if there is no such letter, or it is no event
  public Replayed replay(String key, String by, boolean again) {
    Letter letter = sendable(key);
    RecordLog<LetterStep> log = records.log(key);
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<Numbered<LetterStep>> last = log.last();
      Optional<LetterStep> step = last.map(Numbered::record);
      if (step.filter(one -> one.kind() == Kind.REPLAYED).isPresent() && !again) {
        return new Replayed(key, LetterViews.State.REPLAYED.text(), false, Optional.empty());
      }
      if (step.filter(one -> one.kind() == Kind.REPLAYING).isPresent()) {
        return send(letter, log, last.orElseThrow()); // With whoever began it, who may be dead.
      }
      records.replaying(key);
      long number = last.map(Numbered::number).orElse(0L) + 1;
      LetterStep begun =
          LetterStep.by(Kind.REPLAYING, records.time(), step.map(LetterStep::deaths).orElse(1), by);
      if (log.append(number, begun) instanceof Created<LetterStep>) {
        return send(letter, log, new Numbered<>(number, begun));
      }
    }
    throw busy(key);
  }

  private Letter sendable(String key) {
    Letter letter = known(key);
    letter
        .unreadable()
        .ifPresent(why -> {
          throw new Refusal("dead letter %s can't be sent: it is no event: %s".formatted(key, why));
        });
    return letter;
  }

  private Letter known(String key) {
    return records
        .letter(key)
        .orElseThrow(() -> new Refusal("there is no dead letter '%s'".formatted(key)));
  }

  private Replayed send(Letter letter, RecordLog<LetterStep> log, Numbered<LetterStep> begun) {
    String key = letter.key();
    checkpoint.reached("replay-begun");
    LetterStep was = begun.record();
    Optional<String> fault =
        records
            .content(key)
            .map(this::fault)
            .orElse(Optional.of("its event is not there any more"));
    checkpoint.reached("replay-sent");
    LetterStep ended =
        new LetterStep(
            fault.isPresent() ? Kind.REFUSED : Kind.REPLAYED,
            records.time(),
            was.deaths(),
            was.by(),
            Optional.empty(),
            fault);
    LetterStep stands = log.append(begun.number() + 1, ended).record();
    settle(letter, log);
    return new Replayed(key, LetterViews.State.of(stands).text(), true, stands.reason());
  }

  private Optional<String> fault(String event) {
    try {
      sender.send(event);
      return Optional.empty();
    } catch (NotTaken e) {
      String why = String.valueOf(e.getMessage());
      return Optional.of(why.substring(0, Math.min(why.length(), MAX_REASON)));
    }
  }

  /// Markers as the log wants them. Whoever adds a death writes its marker behind it, so what is
  /// taken away here is looked at once more.
  private void settle(Letter letter, RecordLog<LetterStep> log) {
    if (log.last().map(last -> last.record().resolved()).orElse(false)) {
      records.resolved(letter);
    }
    if (!log.last().map(last -> last.record().resolved()).orElse(false)) {
      records.unresolved(letter);
    }
    records.replayEnded(letter.key());
  }

  /// Takes it off the list; its event is not deleted before its time.
  ///
  /// @throws Refusal if there is no such letter, or it is being sent
  public void drop(String key, String by) {
    Letter letter = known(key);
    RecordLog<LetterStep> log = records.log(key);
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<Numbered<LetterStep>> last = log.last();
      Optional<LetterStep> step = last.map(Numbered::record);
      if (step.filter(one -> one.kind() == Kind.REPLAYING).isPresent()) {
        throw new Refusal("dead letter %s is being sent again".formatted(key));
      }
      if (step.map(LetterStep::resolved).orElse(false)) {
        records.resolved(letter);
        return;
      }
      LetterStep dropped =
          LetterStep.by(Kind.DROPPED, records.time(), step.map(LetterStep::deaths).orElse(1), by);
      if (log.append(last.map(Numbered::number).orElse(0L) + 1, dropped)
          instanceof Created<LetterStep>) {
        settle(letter, log);
        return;
      }
    }
    throw busy(key);
  }

  /// Goes on with replays whose process was killed, a bounded number of them.
  void sweep() {
    Instant before = records.time().minus(STALE_AFTER);
    Faults faults = new Faults();
    records.replays().stream()
        .limit(MAX_SWEPT)
        .filter(
            key -> records.replayingSince(key).map(since -> since.isBefore(before)).orElse(false))
        .forEach(key -> faults.keep(() -> goOn(key, before)));
    faults.raise();
  }

  /// The marker may be an earlier replay's: how long it goes on is what its step says.
  private void goOn(String key, Instant before) {
    Optional<Letter> letter = records.letter(key);
    if (letter.isEmpty()) {
      records.replayEnded(key);
      return;
    }
    RecordLog<LetterStep> log = records.log(key);
    Optional<Numbered<LetterStep>> last = log.last();
    if (last.filter(one -> one.record().kind() == Kind.REPLAYING).isEmpty()) {
      settle(letter.get(), log);
    } else if (last.get().record().time().isBefore(before)) {
      send(letter.get(), log, last.get());
    }
  }

  private static ObjectStoreException busy(String key) {
    return new ObjectStoreException(
        ObjectStoreException.Kind.TRANSIENT, "others write the log of dead letter " + key);
  }
}
