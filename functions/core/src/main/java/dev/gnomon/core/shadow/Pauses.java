package dev.gnomon.core.shadow;

import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.Place;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/// Holds an application still while its point is made: hook `pre`, the work, hook `post`, whatever
/// the work did.
///
/// `jobs/<job>/paused/<n>` is written before `pre`, `jobs/<job>/resumed/<n>` after `post`. A pause
/// without its end (the process was killed, or `post` failed) is ended by `post` before anything
/// else happens, so `pre` never follows `pre`. `post` may run once too often, never too seldom. Two
/// pauses of one resource never overlap in one process.
final class Pauses {
  private final ControlRecords records;
  private final Check check;
  private final Checkpoint checkpoint;
  private final KeyedLocks locks = new KeyedLocks();

  Pauses(ControlRecords records, Check check, Checkpoint checkpoint) {
    this.records = records;
    this.check = check;
    this.checkpoint = checkpoint;
  }

  record Paused(Instant time) {}

  record Resumed(Instant time) {}

  /// What was done in a pause.
  ///
  /// @param outcome what the capture gave; refused if `pre` failed
  /// @param stuck why `post` failed: the application may still be paused
  record During(CaptureOutcome outcome, Optional<String> stuck) {}

  static boolean wanted(Hooks hooks) {
    return !hooks.pre().isEmpty() || !hooks.post().isEmpty();
  }

  /// Runs a capture between the hooks of its resource; right away if there are none.
  During during(Resource resource, String job, Place source, Supplier<CaptureOutcome> capture) {
    if (!wanted(resource.hooks())) {
      return new During(capture.get(), Optional.empty());
    }
    return locks.locked(
        resource.name().value(),
        () -> {
          Optional<String> stuck = endLast(resource, job, source);
          if (stuck.isPresent()) {
            return new During(new CaptureOutcome.Refused(stuck.get()), stuck);
          }
          RecordLog<Paused> log = log(job);
          long number = log.last().map(Numbered::number).orElse(0L) + 1;
          log.append(number, new Paused(records.time()));
          return between(resource, job, source, number, capture);
        });
  }

  private During between(
      Resource resource, String job, Place source, long number, Supplier<CaptureOutcome> capture) {
    CaptureOutcome outcome;
    try {
      checkpoint.reached("paused");
      Optional<String> failed = check.hook(resource.hooks().pre(), resource.hooks(), source);
      outcome =
          failed.isPresent()
              ? new CaptureOutcome.Refused("hook pre failed: " + failed.get())
              : capture.get();
    } catch (Throwable fault) {
      try {
        end(resource, job, source, number);
      } catch (RuntimeException e) {
        fault.addSuppressed(e);
      }
      throw fault;
    }
    return new During(outcome, end(resource, job, source, number));
  }

  /// Ends what a job left paused, before the job itself ends without another capture.
  ///
  /// @return why `post` failed
  Optional<String> settle(Resource resource, String job, Place source) {
    if (!wanted(resource.hooks())) {
      return Optional.empty();
    }
    return locks.locked(resource.name().value(), () -> endLast(resource, job, source));
  }

  /// Earlier pauses than the last one were ended before it began.
  private Optional<String> endLast(Resource resource, String job, Place source) {
    return log(job).last().flatMap(last -> end(resource, job, source, last.number()));
  }

  private RecordLog<Paused> log(String job) {
    return new RecordLog<>(records, "jobs/" + job + "/paused", Paused.class);
  }

  /// Runs `post` unless it is known to have run, a second time if the first one fails.
  private Optional<String> end(Resource resource, String job, Place source, long number) {
    ObjectName resumed = ObjectName.of("jobs", job, "resumed", "%020d".formatted(number));
    if (isThere(resumed)) {
      return Optional.empty();
    }
    Hooks hooks = resource.hooks();
    Optional<String> failed =
        check
            .hook(hooks.post(), hooks, source)
            .flatMap(first -> check.hook(hooks.post(), hooks, source));
    if (failed.isEmpty()) {
      try {
        records.create(resumed, new Resumed(records.time()));
      } catch (ObjectStoreException e) {
        return Optional.empty(); // `post` runs once more if the job is gone on with
      }
    }
    return failed.map(reason -> "hook post failed: " + reason);
  }

  /// The application must not stay paused because the records can't be asked.
  private boolean isThere(ObjectName name) {
    try {
      return records.exists(name);
    } catch (ObjectStoreException e) {
      return false;
    }
  }
}
