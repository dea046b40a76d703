package dev.gnomon.core.letters;

import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.objects.ObjectName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Takes away markers that a killed process left: of a letter that was never written, of one that
/// has another marker, of one that somebody has seen to. Thread-safe.
///
/// Whoever adds a death writes its marker behind it, so what is taken away is looked at once more.
final class Markers {
  private static final int MAX_SWEPT = 100;

  private final LetterRecords records;
  private Optional<String> last = Optional.empty();

  Markers(LetterRecords records) {
    this.records = records;
  }

  /// Takes away a marker that is not this letter's, or whose letter somebody has seen to.
  ///
  /// @return whether it was one
  boolean buried(String marker, Letter letter) {
    if (!letter.marker().equals(marker)) {
      records.bury(marker);
      return true;
    }
    if (!resolved(letter.key())) {
      return false;
    }
    records.bury(marker);
    if (resolved(letter.key())) {
      return true;
    }
    records.unresolved(letter);
    return false;
  }

  private boolean resolved(String key) {
    return records.last(key).map(Numbered::record).map(LetterStep::resolved).orElse(false);
  }

  /// Looks at those that may be too many, a bounded number of them; the next time at the following
  /// ones.
  synchronized void sweep() {
    List<String> doubtful = doubtful(records.markers());
    List<String> looked =
        doubtful.stream()
            .filter(marker -> last.map(before -> marker.compareTo(before) > 0).orElse(true))
            .limit(MAX_SWEPT)
            .toList();
    Faults faults = new Faults();
    looked.forEach(marker -> faults.keep(() -> look(marker)));
    last = looked.size() < MAX_SWEPT ? Optional.empty() : Optional.of(looked.getLast());
    faults.raise();
  }

  /// Found by names alone: an ordinary letter has a record, one marker and no steps.
  private List<String> doubtful(List<String> markers) {
    if (markers.isEmpty()) {
      return markers;
    }
    Set<String> known = keys(LetterRecords.LETTERS);
    Set<String> withSteps = keys(LetterRecords.STEPS);
    Set<String> met = new HashSet<>();
    Set<String> twice = new HashSet<>();
    for (String marker : markers) {
      String key = key(marker);
      if (!met.add(key)) {
        twice.add(key);
      }
    }
    return markers.stream()
        .filter(marker -> {
          String key = key(marker);
          return !known.contains(key) || withSteps.contains(key) || twice.contains(key);
        })
        .toList();
  }

  private Set<String> keys(String folder) {
    Set<String> keys = new HashSet<>();
    for (ObjectName name : records.records().names(folder)) {
      keys.add(name.value().substring(folder.length()).split("/", 2)[0]);
    }
    return keys;
  }

  private void look(String marker) {
    Optional<Letter> letter = records.letter(key(marker));
    if (letter.isPresent()) {
      buried(marker, letter.get());
      return;
    }
    records.buryIfStale(marker);
    records
        .letter(key(marker))
        .filter(late -> late.marker().equals(marker))
        .ifPresent(records::unresolved);
  }

  private static String key(String marker) {
    return Letter.keyOf("/" + marker).orElseThrow();
  }
}
