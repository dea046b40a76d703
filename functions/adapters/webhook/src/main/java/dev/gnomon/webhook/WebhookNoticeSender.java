package dev.gnomon.webhook;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.secrets.Secrets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Posts notices in the form that each kind of target wants. 408, 425, 429, 5xx and no answer are
/// tried again within [RetryPolicy#total]; other refusals are final, redirects too: what is secret
/// is sent to no other address. Thread-safe.
public final class WebhookNoticeSender implements NoticeSender {
  private final Secrets secrets;
  private final RetryPolicy policy;
  private final Pause pause;
  private final RandomGenerator random;
  private final InstantSource clock;
  private final WebhookClient client;

  /// Waits between attempts.
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /// @param environment looks up an environment variable
  public WebhookNoticeSender(Function<String, Optional<String>> environment, RetryPolicy policy) {
    this(environment, policy, Thread::sleep, RandomGenerator.getDefault(), InstantSource.system());
  }

  WebhookNoticeSender(
      Function<String, Optional<String>> environment,
      RetryPolicy policy,
      Pause pause,
      RandomGenerator random,
      InstantSource clock) {
    this.secrets = new Secrets(environment);
    this.client = new WebhookClient(environment);
    this.policy = policy;
    this.pause = pause;
    this.random = random;
    this.clock = clock;
  }

  @Override
  public String shown(NotificationTarget target, Notice notice) {
    return form(target).shown(notice);
  }

  @Override
  public Outcome send(NotificationTarget target, Notice notice) {
    NoticeForm form = form(target);
    long deadline = System.nanoTime() + policy.total().toNanos();
    for (int attempt = 1; ; attempt++) {
      Message message;
      try {
        message = form.message(notice, clock.instant());
      } catch (Secrets.Unreadable e) {
        // Somebody may set it; trying at once again would not help.
        return new Outcome.Waits(attempt - 1, String.valueOf(e.getMessage()), Optional.empty());
      }
      String reason;
      Optional<String> after = Optional.empty();
      switch (client.post(
          message.url(), message.headers(), message.body(), policy.attemptLimit())) {
        case WebhookClient.Answer.Answered answer -> {
          switch (form.judged(answer)) {
            case NoticeForm.Verdict.Taken taken -> {
              return new Outcome.Taken(attempt);
            }
            case NoticeForm.Verdict.Refused(String why) -> {
              return new Outcome.Refused(attempt, why);
            }
            case NoticeForm.Verdict.Again(String why) -> reason = why;
          }
          after = answer.retryAfter();
        }
        case WebhookClient.Answer.Unanswered(String why) -> reason = why;
        case WebhookClient.Answer.Unsendable(String why) -> {
          return new Outcome.Refused(attempt, why);
        }
      }
      Duration wait = policy.pause(attempt, after, random, clock);
      boolean late = wait.toNanos() >= deadline - System.nanoTime();
      if (attempt == policy.attempts() || late) {
        return waits(attempt, reason, after);
      }
      try {
        pause.of(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return waits(attempt, "the work was stopped", Optional.empty());
      }
    }
  }

  private Outcome waits(int attempts, String reason, Optional<String> retryAfter) {
    return new Outcome.Waits(
        attempts, reason, retryAfter.flatMap(text -> RetryPolicy.parsed(text, clock)));
  }

  private NoticeForm form(NotificationTarget target) {
    return switch (target.channel()) {
      case Channel.Text text -> new TextForm(text, secrets);
      case Channel.Slack slack -> new SlackForm(slack, secrets);
      case Channel.PagerDuty pagerDuty -> new PagerDutyForm(pagerDuty, secrets);
      case Channel.Generic generic -> new GenericForm(generic, secrets);
      case Channel.CloudEvent event -> new CloudEventForm(event, secrets);
    };
  }
}
