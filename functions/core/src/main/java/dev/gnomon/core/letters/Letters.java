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
public record Letters(TakeLetters take, ReplayLetters replays, LetterViews views, Runnable forget) {

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
    return new Letters(
        new TakeLetters(letters, new Room(store, limits, nanos), beyond),
        new ReplayLetters(letters, sender, checkpoint),
        new LetterViews(letters, beyond, limits),
        new ForgetLetters(store, letters, limits.kept())::sweep);
  }

  /// Goes on with replays that were cut off, and forgets old letters.
  ///
  /// @return how many nobody has seen to
  public int sweep() {
    Faults faults = new Faults();
    faults.keep(replays::sweep);
    faults.keep(forget);
    int unresolved = views.unresolved();
    faults.raise();
    return unresolved;
  }
}
