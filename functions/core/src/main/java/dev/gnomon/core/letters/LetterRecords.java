package dev.gnomon.core.letters;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.objects.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is stored of letters: `dead-letters/events/<key>` is the event,
/// `dead-letters/letters/<key>` what is known of it, `dead-letters/steps/<key>/<n>` the log of what
/// became of it. A letter that nobody has seen to has a marker, `open/dead_events/<when, newer
/// first>/<key>`, and one that is being sent again another, `open/replays/<key>`.
record LetterRecords(ControlRecords records, OpenWork openWork) {
  static final String LETTERS = "dead-letters/letters/";
  static final String EVENTS = "dead-letters/events/";
  static final String STEPS = "dead-letters/steps/";

  /// @param content as structured JSON
  record Content(String content) {}

  static ObjectName letterName(String key) {
    return new ObjectName(LETTERS + key);
  }

  static ObjectName eventName(String key) {
    return new ObjectName(EVENTS + key);
  }

  Instant time() {
    return records.time();
  }

  Optional<Letter> letter(String key) {
    return records.read(letterName(key), Letter.class);
  }

  boolean knows(String key) {
    return records.exists(letterName(key));
  }

  Optional<String> content(String key) {
    return records.read(eventName(key), Content.class).map(Content::content);
  }

  RecordLog<LetterStep> log(String key) {
    return new RecordLog<>(records, STEPS + key, LetterStep.class);
  }

  Optional<Numbered<LetterStep>> last(String key) {
    return log(key).last();
  }

  /// The event before the letter: what has a letter can be sent again.
  Outcome<Letter> create(Letter letter, String content) {
    records.create(eventName(letter.key()), new Content(content));
    Outcome<Letter> outcome = records.create(letterName(letter.key()), letter);
    // An old letter of the same event may have been forgotten meanwhile, and its event with it.
    records.create(eventName(letter.key()), new Content(content));
    return outcome;
  }

  void unresolved(Letter letter) {
    openWork.opened(OpenWork.Kind.DEAD_EVENTS, letter.marker());
  }

  void resolved(Letter letter) {
    openWork.closed(OpenWork.Kind.DEAD_EVENTS, letter.marker());
  }

  void bury(String marker) {
    openWork.closed(OpenWork.Kind.DEAD_EVENTS, marker);
  }

  /// For a marker without a letter, which may be about to be written.
  void buryIfStale(String marker) {
    openWork.closedIfStale(OpenWork.Kind.DEAD_EVENTS, marker);
  }

  /// Markers of letters that nobody has seen to, the newest first.
  List<String> markers() {
    return openWork.open(OpenWork.Kind.DEAD_EVENTS);
  }

  void replaying(String key) {
    openWork.opened(OpenWork.Kind.REPLAYS, key);
  }

  void replayEnded(String key) {
    openWork.closed(OpenWork.Kind.REPLAYS, key);
  }

  List<String> replays() {
    return openWork.open(OpenWork.Kind.REPLAYS);
  }

  Optional<Instant> replayingSince(String key) {
    return openWork.since(OpenWork.Kind.REPLAYS, key);
  }
}
