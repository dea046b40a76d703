package dev.gnomon.core.letters;

import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.objects.ObjectStore;
import java.util.function.LongSupplier;

/// All that can be done about dead letters of one control store.
///
/// @param take what comes from a broker
/// @param replays what people do about letters
public record Letters(
    TakeLetters take, ReplayLetters replays, LetterViews views, Runnable tidy, Runnable forget) {

  /// @param process a random name of this process
  /// @param nanos a clock that never goes back, such as System::nanoTime
  public static Letters of(
      ObjectStore store,
      ControlRecords records,
      LetterSender sender,
      Checkpoint checkpoint,
      LetterLimits limits,
      String process,
      LongSupplier nanos) {
    LetterRecords letters = new LetterRecords(records, new OpenWork(store, records));
    Beyond beyond = new Beyond(records, process);
    Markers markers = new Markers(letters);
    ForgetLetters forget = new ForgetLetters(store, letters, limits.kept());
    return new Letters(
        new TakeLetters(letters, new Room(store, letters, forget, limits, nanos), beyond),
        new ReplayLetters(letters, sender, checkpoint),
        new LetterViews(letters, markers, beyond, limits),
        markers::sweep,
        forget::sweep);
  }

  /// Goes on with replays that were cut off, takes markers away that were left behind, and forgets
  /// old letters.
  ///
  /// @return how many nobody has seen to
  public int sweep() {
    Faults faults = new Faults();
    faults.keep(replays::sweep);
    faults.keep(tidy);
    faults.keep(forget);
    int unresolved = views.unresolved();
    faults.raise();
    return unresolved;
  }
}
