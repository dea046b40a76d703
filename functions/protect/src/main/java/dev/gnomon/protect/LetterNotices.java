package dev.gnomon.protect;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.letters.DeadEvent;
import dev.gnomon.core.letters.Letter;
import dev.gnomon.core.notices.TellPeople;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;

/// Tells people of dead letters: once an hour for each type and destination, so that a flood is a
/// few notices. All of them are one episode, which is over when no letter is left that nobody has
/// seen to.
@Singleton
class LetterNotices {
  static final String EPISODE = "dead-letters";

  /// Types and destinations are what senders say: beyond so many in an hour they are all the same.
  private static final int MAX_KINDS = 20;

  private static final String SEVERAL = "several";
  private static final String FULL = "full";

  private final TellPeople people;
  private final ControlRecords records;
  private final Set<String> told = new HashSet<>();
  private Instant hour = Instant.MIN;

  @Inject
  LetterNotices(TellPeople people, ControlRecords records) {
    this.people = people;
    this.records = records;
  }

  void tell(Letter letter, DeadEvent event) {
    Instant now = records.time();
    Instant slot = now.truncatedTo(ChronoUnit.HOURS);
    String place = DeadEvent.place(letter.destination());
    String kind = kind(event.type() + " " + place, slot);
    if (isTold(kind, slot)) {
      return;
    }
    people.notify(
        Notice.of(
                EPISODE + "/" + kind + "/" + slot,
                "dead-letter",
                Severity.WARNING,
                now,
                "Dead letter: " + (kind.equals(SEVERAL) ? "several types" : event.type()),
                "No subscriber could handle event %s of type %s: %s. It is kept: 'gnomon deadletters show %s', and 'gnomon deadletters replay %s' sends it again. Further ones of this kind are not told before the next hour."
                    .formatted(
                        event.id(),
                        event.type(),
                        event.reason().orElse("no reason is known"),
                        letter.key(),
                        letter.key()))
            .in(EPISODE, Action.TRIGGER)
            .about(event.subject().orElse(event.type()))
            .with("Type", event.type())
            .with("Destination", place.isEmpty() ? "not given" : place)
            .with("Last answer", event.code().orElse("not given"))
            .with("Letter", letter.key()));
    told(kind, slot);
  }

  /// There is no room for further letters.
  void full() {
    Instant now = records.time();
    Instant slot = now.truncatedTo(ChronoUnit.HOURS);
    if (!isTold(FULL, slot)) {
      people.notify(
          Notice.of(
                  EPISODE + "/full/" + slot,
                  "dead-letters-full",
                  Severity.CRITICAL,
                  now,
                  "Dead letters are only counted",
                  "All the room for dead letters is taken: events that nobody can handle are counted and lost from now on. Replay or drop letters ('gnomon deadletters list'), or raise gnomon.protect.dead-letters.")
              .in(EPISODE, Action.TRIGGER)
              .alarming(EPISODE + "/full"));
      told(FULL, slot);
    }
  }

  /// No letter is left.
  void over() {
    people
        .troubleSince(EPISODE)
        .ifPresent(since ->
            people.over(
                Notice.of(
                        EPISODE + "/over/" + since,
                        "dead-letters-over",
                        Severity.INFO,
                        records.time(),
                        "No dead letters are left",
                        "Somebody has seen to every dead letter.")
                    .in(EPISODE, Action.RESOLVE)));
  }

  /// What stands for the kinds that are too many.
  private synchronized String kind(String kind, Instant slot) {
    begin(slot);
    return told.contains(slot + kind) || told.size() < MAX_KINDS ? kind : SEVERAL;
  }

  /// By this process; the notice itself is kept once, whoever tells.
  private synchronized boolean isTold(String kind, Instant slot) {
    return told.contains(slot + kind);
  }

  private synchronized void told(String kind, Instant slot) {
    begin(slot);
    told.add(slot + kind);
  }

  /// What was told in an earlier hour does not count in this one.
  private void begin(Instant slot) {
    if (slot.isAfter(hour)) {
      hour = slot;
      told.clear();
    }
  }
}
