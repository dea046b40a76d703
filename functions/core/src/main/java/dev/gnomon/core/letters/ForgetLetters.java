package dev.gnomon.core.letters;

import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Deletes letters that somebody has seen to, a while after that, or at once for a new one. Looks
/// at a page of names at a time. Thread-safe.
///
/// The letter goes before its event and its steps: who adds a death looks afterwards whether the
/// letter is still there, and steps without one are no letter's.
final class ForgetLetters {
  private static final int PAGE = 200;

  private final ObjectStore store;
  private final LetterRecords records;
  private final Duration kept;
  private Optional<ObjectName> letter = Optional.empty();
  private Optional<ObjectName> rest = Optional.empty();

  ForgetLetters(ObjectStore store, LetterRecords records, Duration kept) {
    this.store = store;
    this.records = records;
    this.kept = kept;
  }

  /// Looks at the next page, and after the last one at the first.
  synchronized void sweep() {
    Instant before = records.time().minus(kept);
    ObjectPage page = store.list(LetterRecords.LETTERS, letter, PAGE);
    for (ObjectStat object : page.objects()) {
      if (object.modified().isBefore(before)) {
        forget(object.name().value().substring(LetterRecords.LETTERS.length()), before);
      }
    }
    letter = page.next();
    forgetRest(before);
  }

  /// Forgets a letter however long ago it was seen to.
  ///
  /// @return false if nobody has seen to it
  boolean now(String key) {
    return forget(key, Instant.MAX);
  }

  private boolean forget(String key, Instant before) {
    Optional<LetterStep> last = records.last(key).map(Numbered::record);
    if (last.filter(step -> step.resolved() && step.time().isBefore(before)).isEmpty()) {
      return false;
    }
    store.delete(List.of(LetterRecords.letterName(key)));
    List<ObjectName> names = new ArrayList<>(List.of(LetterRecords.eventName(key)));
    names.addAll(records.records().names(LetterRecords.STEPS + key + "/"));
    if (!records.knows(key)) {
      store.delete(names);
    }
    return true;
  }

  /// Steps and events whose letter is gone, and what was counted long ago.
  private void forgetRest(Instant before) {
    ObjectPage page = store.list("dead-letters/", rest, PAGE);
    List<ObjectName> old = new ArrayList<>();
    Set<String> live = new HashSet<>();
    for (ObjectStat object : page.objects()) {
      String[] parts = object.name().value().split("/", -1);
      if (!object.modified().isBefore(before) || parts.length < 3) {
        continue;
      }
      String folder = "dead-letters/" + parts[1] + "/";
      boolean part = folder.equals(LetterRecords.STEPS) || folder.equals(LetterRecords.EVENTS);
      if (part && !live.contains(parts[2]) && records.knows(parts[2])) {
        live.add(parts[2]);
      }
      if (folder.equals(Beyond.FOLDER) || (part && !live.contains(parts[2]))) {
        old.add(object.name());
      }
    }
    store.delete(old);
    rest = page.next();
  }
}
