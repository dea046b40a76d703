package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.notices.NoticeRecords.DeadName;
import dev.gnomon.core.notices.NoticeRecords.Kept;
import dev.gnomon.core.notices.NoticeSender.Outcome;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/// One round of giving a notice to a target. Whoever writes BEGUN does it, alone; the others leave
/// it to that one. What was taken is marked afterwards: killed in between, a later round sends it
/// again under the same key, and the receiver drops it.
final class Round {
  /// Rounds before a notice is given up: with the pauses between them about half an hour.
  static final int MAX_ROUNDS = 6;

  static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

  /// Also the longest Retry-After that is honoured.
  static final Duration MAX_PAUSE = Duration.ofHours(1);

  /// How long a process that has begun a round is left to it: it may send twice, and needs time to
  /// write.
  static final Duration CLAIM = NoticeSender.LIMIT.multipliedBy(3);

  private static final int MAX_RACES = 20;
  private static final System.Logger LOG = System.getLogger(Round.class.getName());

  private final NoticeRecords records;
  private final NoticeSender sender;
  private final Checkpoint checkpoint;
  private final NoticeMeter meter;

  Round(NoticeRecords records, NoticeSender sender, Checkpoint checkpoint, NoticeMeter meter) {
    this.records = records;
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
    if (number > MAX_ROUNDS) {
      String why = "begun %d times, and no process came to an end with it".formatted(MAX_ROUNDS);
      dead(log, notice, target, step(Step.Kind.DEAD, MAX_ROUNDS).because(why));
      return;
    }
    long next = last.map(Numbered::number).orElse(0L) + 1;
    Step begun = step(Step.Kind.BEGUN, number).after(CLAIM);
    if (!(log.append(next, begun) instanceof Created<Step>)) {
      return;
    }
    if (unwanted(kept, target)) {
      write(log, step(Step.Kind.SENT, number).because("not of use to this target"));
      return;
    }
    switch (sender.send(target, notice)) {
      case Outcome.Taken(int attempts) -> {
        checkpoint.reached("notice-taken");
        endAgain(kept, target);
        write(log, step(Step.Kind.SENT, number).tried(attempts));
        meter.count(target.name(), NoticeMeter.What.SENT);
      }
      case Outcome.Waits(int attempts, String reason, Optional<Duration> after) -> {
        if (number == MAX_ROUNDS) {
          dead(log, notice, target, step(Step.Kind.DEAD, number).tried(attempts).because(reason));
        } else {
          Duration pause = pause(number, after);
          write(log, step(Step.Kind.DELAYED, number).tried(attempts).because(reason).after(pause));
          meter.count(target.name(), NoticeMeter.What.DELAYED);
          LOG.log(
              Level.WARNING,
              "notice {0} waits for {1}: {2}; tried again in {3}",
              notice.key(),
              target.name(),
              reason,
              pause);
        }
      }
      case Outcome.Refused(int attempts, String reason) ->
          dead(log, notice, target, step(Step.Kind.DEAD, number).tried(attempts).because(reason));
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

  /// Less than the target wants to hear of; or of an episode that is over meanwhile, for a target
  /// that would open it again.
  private boolean unwanted(Kept kept, NotificationTarget target) {
    if (kept.notice().action() == Notice.Action.RESOLVE) {
      return false;
    }
    return kept.notice().severity().compareTo(target.least()) < 0
        || (keepsEpisodes(target) && records.endAfter(kept).isPresent());
  }

  /// The episode may have ended while the notice was on its way, and the end have come first.
  private void endAgain(Kept kept, NotificationTarget target) {
    if (kept.notice().action() != Notice.Action.RESOLVE && keepsEpisodes(target)) {
      records.endAfter(kept).ifPresent(end -> sender.send(target, end));
    }
  }

  private static boolean keepsEpisodes(NotificationTarget target) {
    return switch (target.channel()) {
      case NotificationTarget.Channel.PagerDuty pagerDuty -> true;
      case NotificationTarget.Channel.Text text -> false;
      case NotificationTarget.Channel.Slack slack -> false;
      case NotificationTarget.Channel.Generic generic -> false;
      case NotificationTarget.Channel.CloudEvent event -> false;
    };
  }

  private void dead(RecordLog<Step> log, Notice notice, NotificationTarget target, Step step) {
    records.died(new DeadName(notice.key(), target.name()));
    write(log, step.showing(sender.shown(target, notice)));
    meter.count(target.name(), NoticeMeter.What.DEAD);
    LOG.log(
        Level.ERROR,
        "notice {0} was not taken by {1}: {2}; `gnomon notices replay {0}` sends it again",
        notice.key(),
        target.name(),
        step.reason().orElse("no reason is known"));
  }

  /// A late process may have written meanwhile; that the target has it outweighs what it says.
  private static void write(RecordLog<Step> log, Step step) {
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<Numbered<Step>> last = log.last();
      if (last.filter(one -> one.record().kind() == Step.Kind.SENT).isPresent()
          || log.append(last.map(Numbered::number).orElse(0L) + 1, step) instanceof Created<Step>) {
        return;
      }
    }
  }
}
