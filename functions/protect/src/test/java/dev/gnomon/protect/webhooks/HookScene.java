package dev.gnomon.protect.webhooks;

import static dev.gnomon.protect.webhooks.Fixture.KEY;
import static dev.gnomon.protect.webhooks.Fixture.NOW;
import static dev.gnomon.protect.webhooks.Fixture.TOKEN;

import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.catalogue.WebhookSender.Kind;
import dev.gnomon.core.catalogue.WebhookSender.Rule;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.RollbackViews;
import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Processes that take webhooks of one sender of each kind, on one store.
final class HookScene {
  static final long SECONDS = NOW.getEpochSecond();

  static final List<WebhookSender> ALL =
      List.of(
          sender("script", Kind.GENERIC, "env:KEY", rule("service", "orders", "orders")),
          sender(
              "ci", Kind.GITHUB, "env:KEY", rule("deployment.environment", "production", "orders")),
          sender(
              "alerts", Kind.ALERTMANAGER, "env:TOKEN", rule("labels.service", "orders", "orders")),
          sender(
              "argo",
              Kind.ARGO_ROLLOUTS,
              "env:TOKEN",
              rule("rollout.metadata.name", "shop", "orders")),
          sender("flagger", Kind.FLAGGER, "env:TOKEN", rule("name", "shop", "orders")));

  final InMemoryObjectStore store = new InMemoryObjectStore();
  final ConcurrentLinkedQueue<Outgoing> sent = new ConcurrentLinkedQueue<>();
  final AtomicLong nanos = new AtomicLong();
  private final Map<String, String> environment = Map.of("KEY", KEY, "TOKEN", TOKEN);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  Consumer<Outgoing> broker = sent::add;
  String haltAfter = "";

  static Rule rule(String field, String value, String resource) {
    return new Rule(Map.of(field, Set.of(value)), new ResourceName(resource), Optional.empty());
  }

  static WebhookSender sender(String name, Kind kind, String key, Rule... rules) {
    return new WebhookSender(
        name,
        kind,
        List.of(Secret.parse(key)),
        WebhookSender.DEFAULT_TOLERANCE,
        WebhookSender.DEFAULT_PER_MINUTE,
        WebhookSender.DEFAULT_MAX_AGE,
        List.of(rules));
  }

  ControlRecords records() {
    return new ControlRecords(store, () -> UUID.randomUUID().toString());
  }

  OpenWork openWork() {
    return new OpenWork(store, records());
  }

  HookLog log() {
    return new HookLog(
        records(),
        openWork(),
        step -> {
          if (step.equals(haltAfter)) {
            throw new IllegalStateException("killed after " + step);
          }
        },
        event -> broker.accept(event));
  }

  /// A process of its own.
  Webhooks webhooks(List<WebhookSender> senders) {
    return new Webhooks(
        senders,
        log(),
        new Answers(records()),
        new RollbackViews(records(), new RouteTable(records(), new InMemoryRouteIndex())),
        Clock.systemUTC(),
        meters,
        new Secrets(name -> Optional.ofNullable(environment.get(name))),
        nanos::get);
  }

  Webhooks webhooks() {
    return webhooks(ALL);
  }

  Answer script(String body) {
    return webhooks().receive("script", Fixture.generic(body, SECONDS, KEY).hook());
  }

  static Fixture deployment(String delivery) {
    return Fixture.gitHub(
        Fixture.text("github-deployment-status.json"), "deployment_status", delivery, KEY);
  }

  static Webhooks.Receipt receipt(Answer answer) {
    return (Webhooks.Receipt) answer.body().orElseThrow();
  }

  /// The only request that was sent.
  RollbackRequested asked() {
    if (sent.size() != 1) {
      throw new AssertionError("expected one request, found " + sent);
    }
    return (RollbackRequested) sent.element().data();
  }

  double counted(String sender, String outcome) {
    return meters.counter("gnomon.webhooks", "sender", sender, "outcome", outcome).count();
  }
}
