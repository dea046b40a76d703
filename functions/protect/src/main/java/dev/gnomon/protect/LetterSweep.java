package dev.gnomon.protect;

import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.letters.Letters;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// Looks after dead letters: replays that were cut off, letters that are old, and people who were
/// told of trouble that is over.
@Singleton
class LetterSweep {
  private final Letters letters;
  private final LetterMeters meters;
  private final LetterNotices notices;

  @Inject
  LetterSweep(Letters letters, LetterMeters meters, LetterNotices notices) {
    this.letters = letters;
    this.meters = meters;
    this.notices = notices;
  }

  void sweep() {
    Faults faults = new Faults();
    faults.keep(letters::sweep);
    faults.keep(() -> {
      int unresolved = letters.views().unresolved();
      meters.stand(unresolved, letters.views().beyond());
      if (unresolved == 0) {
        notices.over();
      }
    });
    faults.raise();
  }
}
