package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Experiment.Expected;
import dev.gnomon.core.chaos.Outcome;
import dev.gnomon.core.chaos.Outcome.Verdict;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.notices.NoticeMeter;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExperimentNoticesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Notice> told = new ArrayList<>();
  private final ExperimentNotices notices = new ExperimentNotices(people());

  private TellPeople people() {
    InMemoryObjectStore store = new InMemoryObjectStore();
    ControlRecords records = new ControlRecords(store, () -> UUID.randomUUID().toString());
    NoticeSender sender =
        new NoticeSender() {
          @Override
          public Outcome send(NotificationTarget target, Notice notice) {
            told.add(notice);
            return new Outcome.Taken(1);
          }

          @Override
          public String shown(NotificationTarget target, Notice notice) {
            return "";
          }
        };
    return new TellPeople(
        List.of(
            new NotificationTarget(
                "ops", new Channel.Slack(new Secret.Variable("URL")), Severity.INFO)),
        records,
        new OpenWork(store, records),
        sender,
        Checkpoint.NONE,
        NoticeMeter.NONE,
        Duration.ofMinutes(1),
        Runnable::run);
  }

  private void ends(String id, Verdict verdict, int minute) {
    notices.tell(
        new Experiment(
            id, "no redis", new Trouble.DeadRedis(), Duration.ofSeconds(9), Expected.DEFAULT, "me"),
        new Outcome(
            verdict,
            List.of("a rollback failed: site-e1"),
            Optional.empty(),
            NOW.plus(Duration.ofMinutes(minute))));
  }

  @Test
  void peopleAreToldOnceOfOneThatFailedAndOfTheNextThatPasses() {
    ends("one", Verdict.PASSED, 0);
    ends("two", Verdict.STOPPED, 5);
    assertThat(told).isEmpty();

    ends("three", Verdict.FAILED, 10);
    ends("three", Verdict.FAILED, 10);
    ends("four", Verdict.PASSED, 15);

    assertThat(told)
        .extracting(Notice::title)
        .containsExactly("Experiment failed: no redis", "Experiment passed: no redis");
    assertThat(told.getFirst().text()).contains("three", "a rollback failed: site-e1");
    assertThat(told.getFirst().severity()).isEqualTo(Severity.WARNING);
    assertThat(told.getLast().action()).isEqualTo(Notice.Action.RESOLVE);
  }
}
