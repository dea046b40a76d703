package dev.gnomon.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.control.Json;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;

/// Sends notices to webhooks in the form that Slack's incoming webhooks and their like accept:
/// `{"text": "[CRITICAL] ..."}`; the notice's id is the `Idempotency-Key`. All endpoints at once,
/// each with its own retries. Thread-safe; never throws.
public final class WebhookNotifier implements Notifier {
  /// Slack cuts longer texts.
  static final int MAX_TEXT = 3000;

  private static final System.Logger LOG = System.getLogger(WebhookNotifier.class.getName());

  private final List<URI> endpoints;
  private final RetryPolicy policy;
  private final Pause pause;
  private final RandomGenerator random;
  private final InstantSource clock;
  private final WebhookClient client = new WebhookClient();

  /// Waits between attempts.
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  public WebhookNotifier(List<URI> endpoints, RetryPolicy policy) {
    this(endpoints, policy, Thread::sleep, RandomGenerator.getDefault(), InstantSource.system());
  }

  WebhookNotifier(
      List<URI> endpoints,
      RetryPolicy policy,
      Pause pause,
      RandomGenerator random,
      InstantSource clock) {
    this.endpoints = List.copyOf(endpoints);
    this.policy = policy;
    this.pause = pause;
    this.random = random;
    this.clock = clock;
  }

  @Override
  public void notify(Notice notice) {
    for (Delivery delivery : deliver(notice)) {
      switch (delivery) {
        case Delivery.Delivered(String endpoint, int attempts) ->
            LOG.log(
                Level.DEBUG,
                "notice {0} delivered to {1} at attempt {2}",
                notice.id(),
                endpoint,
                attempts);
        case Delivery.Undelivered(String endpoint, int attempts, String reason) ->
            LOG.log(
                Level.WARNING,
                "notice {0} not delivered to {1} after {2} attempts: {3}",
                notice.id(),
                endpoint,
                attempts,
                reason);
      }
    }
  }

  /// Sends a notice and waits for the outcome, at most [RetryPolicy#total] and one attempt.
  ///
  /// @return one outcome an endpoint, in the order of the endpoints
  public List<Delivery> deliver(Notice notice) {
    byte[] body = body(notice);
    List<FutureTask<Delivery>> tasks = new ArrayList<>();
    for (URI endpoint : endpoints) {
      FutureTask<Delivery> task = new FutureTask<>(() -> deliver(endpoint, notice.id(), body));
      tasks.add(task);
      Thread.ofVirtual().name("notify").start(task);
    }
    List<Delivery> deliveries = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      deliveries.add(outcome(tasks.get(i), WebhookClient.shown(endpoints.get(i))));
    }
    return deliveries;
  }

  private static Delivery outcome(FutureTask<Delivery> task, String endpoint) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      return new Delivery.Undelivered(endpoint, 0, "the work was stopped");
    } catch (ExecutionException | CancellationException e) {
      return new Delivery.Undelivered(endpoint, 0, "a defect: " + e.getClass().getSimpleName());
    }
  }

  private Delivery deliver(URI url, String id, byte[] body) {
    String endpoint = WebhookClient.shown(url);
    Map<String, String> headers = Map.of("Idempotency-Key", printable(id));
    long deadline = System.nanoTime() + policy.total().toNanos();
    for (int attempt = 1; ; attempt++) {
      String reason;
      Optional<String> retryAfter = Optional.empty();
      switch (client.post(url, headers, body, policy.attemptLimit())) {
        case WebhookClient.Answer.Answered(int status, Optional<String> after, String ignored) -> {
          if (status / 100 == 2) {
            return new Delivery.Delivered(endpoint, attempt);
          }
          reason = "it answered " + status;
          if (!StatusCodes.retryable(status)) {
            return new Delivery.Undelivered(endpoint, attempt, reason);
          }
          retryAfter = after;
        }
        case WebhookClient.Answer.Unanswered(String why) -> reason = why;
        case WebhookClient.Answer.Unsendable(String why) -> {
          return new Delivery.Undelivered(endpoint, attempt, why);
        }
      }
      Duration wait = policy.pause(attempt, retryAfter, random, clock);
      boolean late = wait.toNanos() >= deadline - System.nanoTime();
      if (attempt == policy.attempts() || late) {
        return new Delivery.Undelivered(endpoint, attempt, reason);
      }
      try {
        pause.of(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Delivery.Undelivered(endpoint, attempt, "the work was stopped");
      }
    }
  }

  private static byte[] body(Notice notice) {
    String text = "[" + notice.severity() + "] " + notice.text();
    // A cut must not leave half a character or half an escape.
    if (text.length() > MAX_TEXT) {
      int end = Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT;
      text = text.substring(0, end) + "…";
    }
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    try {
      return Json.MAPPER.writeValueAsBytes(Map.of("text", escaped));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Header values hold no control or non-ASCII characters.
  private static String printable(String id) {
    return id.replaceAll("[^\\x21-\\x7e]", "_");
  }
}
