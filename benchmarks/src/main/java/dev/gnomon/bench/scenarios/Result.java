package dev.gnomon.bench.scenarios;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What came of a scenario. Times are virtual.
///
/// @param foreseen whether it was announced after the onset and before users were failed
/// @param lead from that announcement until users were failed, or would have been, in minutes
/// @param detection from the onset until the first announcement, in minutes
/// @param action what was decided about `orders`, the strongest
/// @param recovery from when users were failed until they no longer were because of a switch, in
///   seconds; 0: it came before the failure; empty: nobody switched, or it did not help
/// @param lost from the newest write that is served after the switch until the switch, in seconds
/// @param failedMinutes in which users of `orders` were failed
/// @param wouldFail the same if nobody had switched
/// @param switches all of them, of both resources
/// @param falseSwitches those for which there was no reason
/// @param early announcements before the onset, or where nothing is wrong
/// @param learning announcements in the days before automation is let act, which nobody acts on
/// @param flaps switches of a resource that follow another one of it within a day, but for a return
///   home after a repair
/// @param blind switches while nothing was measured or probed
/// @param wrong what users read after a switch, if it was not what they should
/// @param days in which automation was let act
/// @param story what happened, sentences
public record Result(
    Scenario scenario,
    boolean foreseen,
    OptionalDouble lead,
    OptionalDouble detection,
    String action,
    OptionalDouble recovery,
    OptionalDouble lost,
    int failedMinutes,
    int wouldFail,
    int switches,
    int falseSwitches,
    int early,
    int learning,
    int flaps,
    int blind,
    double days,
    Optional<String> wrong,
    List<String> story) {
  public Result {
    story = List.copyOf(story);
  }

  /// Whether what was done is what a person would want.
  boolean asWanted() {
    return wrong.isEmpty()
        && flaps == 0
        && falseSwitches == 0
        && switch (scenario.expected()) {
          case SWITCH -> recovery.isPresent();
          case WARN -> detection.isPresent();
          case STAY -> switches == 0;
        };
  }
}
