package dev.gnomon.runtime.gate;

import dev.gnomon.runtime.RuntimeSettings;
import dev.gnomon.runtime.http.Doorstep;
import dev.gnomon.runtime.http.Faults;
import dev.gnomon.runtime.http.Problem;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import dev.gnomon.runtime.oidc.Senders;
import dev.gnomon.runtime.settings.Settings;
import io.quarkus.arc.All;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.virtual.threads.VirtualThreads;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/// Stands in front of Funqy; see the package. Paths that are not for events pass untouched.
@ApplicationScoped
public class Gate {
  /// Extension attribute that holds the delivery path (without slash), for `@EventAttribute(name =
  /// Gate.PATH, value = "rollback")`. What a sender says in it is replaced.
  public static final String PATH = "gnomonpath";

  private static final int BEFORE_EVERYTHING_ELSE = 100;
  private static final String ALLOWED = "POST, OPTIONS";
  private static final String DELIVERY = Gate.class.getName();

  private static final int LAST = Integer.MAX_VALUE;

  private final DeliveryTable table;
  private final Admission admission;
  private final Deliveries deliveries;
  private final SenderDoor door;
  private final Doorstep doorstep;
  private final int maxBytes;
  private final Semaphore room;
  private final Duration retryAfter;

  @Inject
  Gate(
      DeclaredFunctions functions,
      @All List<EventContract> contracts,
      Deliveries deliveries,
      Senders senders,
      @VirtualThreads ExecutorService executor,
      Settings settings) {
    this.table = DeliveryTable.of(functions.all());
    this.maxBytes = settings.get(RuntimeSettings.MAX_BYTES);
    this.admission = new Admission(table, contracts, maxBytes);
    this.deliveries = deliveries;
    this.room = new Semaphore(settings.get(RuntimeSettings.MAX_RUNNING));
    this.retryAfter = settings.get(RuntimeSettings.RETRY_AFTER);
    this.door = new SenderDoor(senders, executor, retryAfter);
    this.doorstep = new Doorstep(executor, retryAfter, settings.get(RuntimeSettings.BODY_WITHIN));
  }

  void filter(@Observes Filters filters) {
    filters.register(this::enter, BEFORE_EVERYTHING_ELSE);
  }

  void answerFailures(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).failureHandler(this::failed);
    router.route().order(Integer.MAX_VALUE).handler(this::nobodyTook);
    if (door.isGuarded()) {
      router.route().order(Doorstep.ORDER).handler(this::askWhoSends);
    }
  }

  /// Behind those who read bodies themselves, and before Quarkus, which would read all of them into
  /// memory, however many come at once.
  void readBodies(@Observes @Priority(LAST) Router router) {
    router
        .route()
        .order(Doorstep.ORDER)
        .handler(context -> doorstep.read(context, maxBytes, () -> tooLarge(context)));
  }

  private Rejection tooLarge(RoutingContext context) {
    String expected = "expected at most " + maxBytes + " bytes";
    if (!table.isPath(path(context)) && !looksLikeEvent(context.request())) {
      return Rejection.of(ProblemKind.BODY_TOO_LARGE, expected);
    }
    deliveries.refused();
    return Rejection.of(ProblemKind.TOO_LARGE, expected);
  }

  private void askWhoSends(RoutingContext context) {
    if (context.request().method().equals(HttpMethod.POST)
        && table.isPath(path(context))
        && !door.hasPassed(context)) {
      door.ask(context, deliveries::turnedAway);
    } else {
      context.next();
    }
  }

  private void enter(RoutingContext context) {
    if (context.get(DELIVERY) instanceof Delivery delivery) {
      run(context, delivery);
      return;
    }
    String path = path(context);
    HttpMethod method = context.request().method();
    if (!table.isPath(path) && !table.isInternal(path)) {
      context.next();
    } else if (method.equals(HttpMethod.POST)) {
      admit(context, path);
    } else if (method.equals(HttpMethod.OPTIONS) && table.isPath(path)) {
      context.response().putHeader("Allow", ALLOWED).setStatusCode(204).end();
    } else if (table.isPath(path)) {
      context.response().putHeader("Allow", ALLOWED);
      Problem.of(ProblemKind.METHOD_NOT_ALLOWED, "events are sent by POST")
          .send(context.response());
    } else {
      Problem.of(ProblemKind.NOT_FOUND, "nothing is at /" + path).send(context.response());
    }
  }

  /// An event at a path that nothing else answers is final too: 404 would be tried again.
  private void nobodyTook(RoutingContext context) {
    if (context.request().method().equals(HttpMethod.POST) && looksLikeEvent(context.request())) {
      admit(context, path(context));
    } else {
      context.next();
    }
  }

  private void admit(RoutingContext context, String path) {
    Delivery delivery;
    try {
      if (table.isPath(path) && !door.hasPassed(context)) {
        throw Rejection.of(ProblemKind.UNAUTHORIZED, "nobody has said who sends this");
      }
      Buffer body = context.body().buffer();
      delivery =
          admission.admit(
              path, context.request().headers(), body == null ? new byte[0] : body.getBytes());
    } catch (Rejection rejection) {
      deliveries.refused();
      Faults.report(rejection, "a request to /" + path, retryAfter).send(context.response());
      return;
    }
    handOver(context, delivery);
  }

  /// Replaces the request by the normal form of its event and starts routing again at Funqy's path.
  private static void handOver(RoutingContext context, Delivery delivery) {
    var headers = context.request().headers();
    for (String name : List.copyOf(headers.names())) {
      if (name.toLowerCase(Locale.ROOT).startsWith("ce-")) {
        headers.remove(name);
      }
    }
    headers.set("Content-Type", "application/cloudevents+json");
    ((RoutingContextInternal) context).setBody(Buffer.buffer(delivery.normalForm()));
    context.put(DELIVERY, delivery);
    context.reroute(HttpMethod.POST, "/");
  }

  private void run(RoutingContext context, Delivery delivery) {
    if (!room.tryAcquire()) {
      Problem full = Problem.retry(ProblemKind.BUSY, "no room to run " + delivery, retryAfter);
      deliveries.ended(delivery, full.kind().status(), 0);
      full.send(context.response());
      return;
    }
    long began = System.nanoTime();
    context.addEndHandler(ended -> {
      room.release();
      deliveries.ended(delivery, context.response().getStatusCode(), System.nanoTime() - began);
    });
    context.next();
  }

  private void failed(RoutingContext context) {
    Delivery delivery = context.get(DELIVERY);
    if (delivery == null && !table.isPath(path(context))) {
      context.next();
      return;
    }
    Throwable failure = context.failure();
    if (context.statusCode() == 413) {
      failure = Rejection.of(ProblemKind.TOO_LARGE, "the body is larger than the server takes");
    } else if (failure == null) {
      failure = new IllegalStateException("answered " + context.statusCode() + " without a cause");
    }
    String what = delivery == null ? "a request to /" + path(context) : delivery.toString();
    Faults.report(failure, what, retryAfter).send(context.response());
  }

  private static String path(RoutingContext context) {
    String path = context.normalizedPath();
    int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
    return path.substring(1, end);
  }

  private static boolean looksLikeEvent(HttpServerRequest request) {
    if (MediaType.of(request.getHeader("Content-Type"))
        .name()
        .startsWith("application/cloudevents")) {
      return true;
    }
    for (Map.Entry<String, String> header : request.headers()) {
      if (header.getKey().toLowerCase(Locale.ROOT).startsWith("ce-")) {
        return true;
      }
    }
    return false;
  }
}
