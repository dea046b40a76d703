package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.notices.NoticeRecords.Kept;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/// One round of giving a notice to a target. Whoever writes BEGUN does it, alone; the others leave
/// it to that one. What was taken is marked afterwards: killed in between, or stopped for long, a
/// later round sends it again under the same key, and the receiver drops it.
final class Round {
  /// Rounds before a notice is given up: with the pauses between them about half an hour.
  static final int MAX_ROUNDS = 6;

  static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

  static final Duration MAX_PAUSE = NoticeSender.LONGEST_PAUSE;

  /// How long a process that has begun a round is left to it: it may send twice, and needs time to
  /// write.
  static final Duration CLAIM = NoticeSender.LIMIT.multipliedBy(3);

  private static final System.Logger LOG = System.getLogger(Round.class.getName());

  private final NoticeRecords records;
  private final Incidents incidents;
  private final NoticeSender sender;
  private final Checkpoint checkpoint;
  private final NoticeMeter meter;

  Round(NoticeRecords records, NoticeSender sender, Checkpoint checkpoint, NoticeMeter meter) {
    this.records = records;
    this.incidents = new Incidents(records);
    this.sender = sender;
    this.checkpoint = checkpoint;
    this.meter = meter;
  }

  /// Does nothing if the target has the notice, or somebody else is at it.
  void run(Kept kept, NotificationTarget target) {
    Notice notice = kept.notice();
    RecordLog<Step> log = records.log(notice.key(), target.name());
    Optional<Numbered<Step>> last = log.last();
    Step before =
        last.map(Numbered::record).orElseGet(() -> Step.of(Step.Kind.REPLAYED, records.time(), 0));
    if (!before.due(records.time())) {
      return;
    }
    int number = before.round() + 1;
    long next = last.map(Numbered::number).orElse(0L) + 1;
    if (number > MAX_ROUNDS) {
      String why = "begun %d times, and no process came to an end with it".formatted(MAX_ROUNDS);
      dead(log, next - 1, notice, target, step(Step.Kind.DEAD, MAX_ROUNDS).because(why));
      return;
    }
    Step begun = step(Step.Kind.BEGUN, number).after(CLAIM);
    if (!(log.append(next, begun) instanceof Created<Step>)) {
      return;
    }
    Optional<String> unwanted = incidents.unwanted(kept, target);
    if (unwanted.isPresent()) {
      if (last.isPresent()) {
        // An earlier round may have reached the target.
        incidents.overtaken(kept, target);
      }
      write(log, next, step(Step.Kind.SKIPPED, number).because(unwanted.get()));
      return;
    }
    switch (sender.send(target, notice)) {
      case Outcome.Taken(int attempts) -> {
        checkpoint.reached("notice-taken");
        incidents.overtaken(kept, target);
        if (write(log, next, step(Step.Kind.SENT, number).tried(attempts))) {
          meter.count(target.name(), NoticeMeter.What.SENT);
        }
      }
      case Outcome.Waits(int attempts, String reason, Optional<Duration> after) -> {
        if (number == MAX_ROUNDS) {
          Step step = step(Step.Kind.DEAD, number).tried(attempts).because(reason);
          dead(log, next, notice, target, step);
        } else {
          Step step = step(Step.Kind.DELAYED, number).tried(attempts).because(reason);
          delayed(log, next, notice, target.name(), step.after(pause(number, after)));
        }
      }
      case Outcome.Refused(int attempts, String reason) -> {
        Step step = step(Step.Kind.DEAD, number).tried(attempts).because(reason);
        dead(log, next, notice, target, step);
      }
    }
  }

  private Step step(Step.Kind kind, int round) {
    return Step.of(kind, records.time(), round);
  }

  static Duration pause(int round, Optional<Duration> wanted) {
    Duration own = FIRST_PAUSE.multipliedBy(1L << (round - 1));
    Duration longer = wanted.filter(after -> after.compareTo(own) > 0).orElse(own);
    return longer.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : longer;
  }

  private void delayed(RecordLog<Step> log, long begun, Notice notice, String target, Step step) {
    if (!write(log, begun, step)) {
      return;
    }
    meter.count(target, NoticeMeter.What.DELAYED);
    LOG.log(
        Level.WARNING,
        "notice {0} waits for {1}: {2}; tried again at {3}",
        notice.key(),
        target,
        step.reason().orElse("no reason is known"),
        step.notBefore().map(Object::toString).orElse("once"));
  }

  /// The marker comes first: a letter that is in no list would be lost.
  private void dead(
      RecordLog<Step> log, long begun, Notice notice, NotificationTarget target, Step step) {
    records.dead().died(notice.key(), target.name(), step.time());
    if (!write(log, begun, step.showing(sender.shown(target, notice)))) {
      return;
    }
    meter.count(target.name(), NoticeMeter.What.DEAD);
    LOG.log(
        Level.ERROR,
        "notice {0} was not taken by {1}: {2}; `gnomon notices replay {0}` sends it again",
        notice.key(),
        target.name(),
        step.reason().orElse("no reason is known"));
  }

  /// Only right behind the BEGUN of this round. If somebody else has written there, this process
  /// was slow and another has begun since, or the notice is to be sent again, or a person dropped
  /// it: what became of this round counts no more.
  private static boolean write(RecordLog<Step> log, long begun, Step step) {
    return log.append(begun + 1, step) instanceof Created<Step>;
  }
}
