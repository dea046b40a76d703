package dev.gnomon.protect.webhooks;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.RollbackViews;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.core.secrets.Signature;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// `POST /hooks/<sender>`: takes webhooks, answers at once. Whoever can't show that he is the
/// sender gets the same 401, whether the sender, the key, the signature or the time was wrong.
@ApplicationScoped
public class Webhooks implements ApiRoutes {
  /// Longer bodies are answered 413.
  static final int MAX_BODY_BYTES = 1 << 20;

  /// Function name in the source of the events that are sent for webhooks.
  public static final String FUNCTION = "webhook";

  /// What the proof in the address of a delivery says that it is for.
  private static final String PURPOSE = "gnomon delivery 1";

  private static final String NOT_AUTHENTIC = "the webhook is not known to be authentic";

  private static final Logger LOG = Logger.getLogger(Webhooks.class);
  private static final Pattern JSON =
      Pattern.compile("(?i)application/json *(; *charset *= *\"?utf-8\"? *)?");

  private final Map<String, Post> posts = new HashMap<>();
  private final HookLog log;
  private final Answers answers;
  private final RollbackViews rollbacks;
  private final Clock clock;
  private final MeterRegistry meters;

  @Inject
  public Webhooks(
      Catalogue catalogue,
      HookLog log,
      Answers answers,
      RollbackViews rollbacks,
      Clock clock,
      MeterRegistry meters) {
    this(
        catalogue.webhooks(),
        log,
        answers,
        rollbacks,
        clock,
        meters,
        new Secrets(name -> Optional.ofNullable(System.getenv(name))),
        System::nanoTime);
  }

  Webhooks(
      List<WebhookSender> senders,
      HookLog log,
      Answers answers,
      RollbackViews rollbacks,
      Clock clock,
      MeterRegistry meters,
      Secrets secrets,
      LongSupplier nanos) {
    this.log = log;
    this.answers = answers;
    this.rollbacks = rollbacks;
    this.clock = clock;
    this.meters = meters;
    for (WebhookSender sender : senders) {
      posts.put(
          sender.name(),
          new Post(
              sender,
              Sender.of(sender),
              new KeyRing("webhook sender " + sender.name(), sender.keys(), secrets),
              new Rules(sender),
              new RateLimit(sender.perMinute(), nanos)));
    }
  }

  /// What one sender's webhooks meet.
  private record Post(
      WebhookSender sender, Sender kind, KeyRing keys, Rules rules, RateLimit limit) {}

  /// The answer to a webhook.
  ///
  /// @param requests one a resource
  /// @param nothing why nothing is asked for, if nothing is
  record Receipt(String sender, List<Request> requests, Optional<String> nothing) {}

  /// @param id of the event `rollback-requested`
  /// @param location where can be read what becomes of the delivery that it belongs to
  record Request(ResourceName resource, String id, String location) {}

  @Override
  public void register(Api api) {
    api.raw(
        "/hooks/:sender",
        request -> door(name(request), hook(request, new byte[0])),
        MAX_BODY_BYTES,
        (request, body) -> receive(name(request), hook(request, body)));
    Api links = api.withProofInTheAddress();
    links.get(
        "/hooks/:sender/deliveries/:key",
        request ->
            follow(
                name(request),
                request.path("key", text -> text),
                request.query("proof", text -> text).orElse("")));
  }

  /// What became of a delivery. Who has its address was told it: nobody else can make its proof.
  Answer follow(String name, String key, String proof) {
    Post post = posts.get(name);
    if (post == null
        || !shown(() -> post.keys().signed(Signature.claimed(proof), followed(name, key)))) {
      throw stranger("the address is not known to be one that was given out");
    }
    Optional<Followed> followed =
        log.find(name, key)
            .map(found -> Followed.of(name, found.taken(), found.time(), answers, rollbacks));
    Answer answer = Answer.found(followed, "delivery " + key + " of " + name);
    return new Answer(answer.status(), answer.body(), Map.of("Cache-Control", "no-store"));
  }

  private static byte[] followed(String sender, String key) {
    return String.join("\n", PURPOSE, sender, key).getBytes(StandardCharsets.UTF_8);
  }

  private static String location(Post post, String key) {
    String name = post.sender().name();
    return "/hooks/%s/deliveries/%s?proof=%s"
        .formatted(name, key, post.keys().sign(followed(name, key)).hex());
  }

  private static String name(ApiRequest request) {
    return request.path("sender", text -> text);
  }

  private Hook hook(ApiRequest request, byte[] body) {
    return new Hook(request::headers, body, clock.instant());
  }

  /// Keeps out who can be known not to be the sender before anything of the body is read.
  void door(String name, Hook head) {
    Post post = posts.get(name);
    counted(
        post,
        () -> {
          json(head);
          if (post == null || !shown(() -> post.kind().mayBeAuthentic(post.keys(), head))) {
            throw stranger(NOT_AUTHENTIC);
          }
          return head;
        });
  }

  Answer receive(String name, Hook hook) {
    Post post = posts.get(name);
    Answer answer = counted(post, () -> take(post, hook));
    count(counted(post), answer.status() == 202 ? "taken" : "nothing");
    return answer;
  }

  private static String counted(@Nullable Post post) {
    return post == null ? "unknown" : post.sender().name();
  }

  /// Counts what it fails with.
  private <T> T counted(@Nullable Post post, Supplier<T> work) {
    String counted = counted(post);
    try {
      return work.get();
    } catch (Rejection rejection) {
      count(counted, rejection.problem().kind() == ProblemKind.UNAUTHORIZED ? "forged" : "refused");
      throw rejection;
    } catch (Busy busy) {
      count(counted, "busy");
      throw busy;
    } catch (RuntimeException e) {
      count(counted, "failed");
      throw e;
    }
  }

  private Answer take(@Nullable Post post, Hook hook) {
    json(hook);
    if (post == null || !shown(() -> post.kind().isAuthentic(post.keys(), hook))) {
      throw stranger(NOT_AUTHENTIC);
    }
    WebhookSender sender = post.sender();
    post.limit()
        .take()
        .ifPresent(wait -> {
          throw new Busy(
              "sender %s may send %d webhooks a minute"
                  .formatted(sender.name(), sender.perMinute()),
              wait);
        });
    return switch (post.kind().read(hook)) {
      case Reading.Nothing nothing -> nothing(sender, nothing.why());
      case Reading.Trouble trouble -> trouble(post, trouble.causes(), hook);
    };
  }

  private static void json(Hook hook) {
    if (hook.header("Content-Type").filter(type -> JSON.matcher(type).matches()).isEmpty()) {
      throw Rejection.of(ProblemKind.NOT_JSON, "expected the Content-Type application/json once");
    }
  }

  private static boolean shown(BooleanSupplier question) {
    try {
      return question.getAsBoolean();
    } catch (Unavailable e) {
      throw noKey();
    }
  }

  /// A sender whose keys can't be read now has to send again, so all who can't show who they are
  /// are asked to: otherwise strangers could tell which senders there are.
  private RuntimeException stranger(String why) {
    return posts.values().stream().allMatch(post -> post.keys().canBeUsed())
        ? Rejection.of(ProblemKind.UNAUTHORIZED, why)
        : noKey();
  }

  private static Unavailable noKey() {
    return new Unavailable("it can't be known now who may send");
  }

  private Answer trouble(Post post, List<Cause> causes, Hook hook) {
    WebhookSender sender = post.sender();
    List<Cause> young =
        causes.stream().filter(cause -> age(cause, hook).compareTo(sender.maxAge()) <= 0).toList();
    if (young.isEmpty()) {
      return nothing(sender, "it began longer ago than " + sender.maxAge() + " (maxAge)");
    }
    List<Request> requests = new ArrayList<>();
    for (HookLog.Taken taken : take(post, young, hook)) {
      String location = location(post, taken.key());
      for (HookLog.Asked asked : taken.events()) {
        requests.add(new Request(asked.wanted().resource(), asked.id(), location));
        LOG.infof(
            "%s asks for a rollback of %s%s: request %s",
            asked.wanted().reason(),
            asked.wanted().resource(),
            taken.replayed() ? ", again" : "",
            asked.id());
      }
    }
    return requests.isEmpty()
        ? nothing(sender, "no rule says which resource is meant")
        : Answer.accepted(
            new Receipt(sender.name(), requests, Optional.empty()), requests.getFirst().location());
  }

  /// What is new comes first. Of several causes those that came before have to be told from it: a
  /// group of alerts comes as a whole while one of them fires.
  private List<HookLog.Taken> take(Post post, List<Cause> causes, Hook hook) {
    String sender = post.sender().name();
    List<Cause> meant = causes.stream().filter(post.rules()::mean).toList();
    HookLog.Known known =
        meant.size() > 1 ? log.known(sender, meant) : new HookLog.Known(List.of(), meant);
    List<HookLog.Taken> taken = new ArrayList<>();
    for (Rules.Request request : post.rules().requests(known.fresh(), hook.time())) {
      taken.add(log.take(sender, request));
    }
    taken.addAll(known.taken());
    return taken;
  }

  private static Duration age(Cause cause, Hook hook) {
    return Duration.between(cause.told(), hook.time());
  }

  /// 200: some senders take no other status for a success of which nothing follows.
  private static Answer nothing(WebhookSender sender, String why) {
    LOG.debugf("a webhook of %s asks for nothing: %s", sender.name(), why);
    return Answer.of(new Receipt(sender.name(), List.of(), Optional.of(why)));
  }

  private void count(String sender, String outcome) {
    meters.counter("gnomon.webhooks", "sender", sender, "outcome", outcome).increment();
  }
}
