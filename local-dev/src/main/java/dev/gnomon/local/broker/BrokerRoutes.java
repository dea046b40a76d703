package dev.gnomon.local.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// The Broker's HTTP side: `POST /broker` takes an event and answers 202 when it is durable; `GET
/// /broker/dead-letters` lists what could not be delivered and has no dead letter sink. Every other
/// path is left to others.
public final class BrokerRoutes {
  public static final String INGRESS = "/broker";
  public static final String DEAD_LETTERS = "/broker/dead-letters";

  /// Largest event that is taken.
  public static final int MAX_EVENT_BYTES = 1024 * 1024;

  private static final Logger LOG = Logger.getLogger(BrokerRoutes.class);
  private static final int SHOWN_DEAD_LETTERS = 100;
  private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();

  private final Supplier<Broker> broker;

  public BrokerRoutes(Supplier<Broker> broker) {
    this.broker = broker;
  }

  /// For a Vert.x route or filter.
  public void handle(RoutingContext context) {
    String path = context.normalizedPath();
    HttpMethod method = context.request().method();
    if (path.equals(INGRESS)) {
      if (method.equals(HttpMethod.POST)) {
        readBody(context);
      } else if (method.equals(HttpMethod.OPTIONS)) {
        context.response().setStatusCode(204).putHeader("Allow", "POST, OPTIONS").end();
      } else {
        context.response().putHeader("Allow", "POST, OPTIONS");
        problem(context.response(), 405, "only POST");
      }
    } else if (path.equals(DEAD_LETTERS) && method.equals(HttpMethod.GET)) {
      listDeadLetters(context);
    } else {
      context.next();
    }
  }

  private void readBody(RoutingContext context) {
    if (context.body().available()) { // a body handler of the server was there first
      Buffer read = context.body().buffer();
      take(context, read == null ? Buffer.buffer() : read);
      return;
    }
    HttpServerRequest request = context.request();
    Buffer body = Buffer.buffer();
    request.exceptionHandler(gone -> LOG.debugf("sender went away: %s", gone));
    request.handler(part -> {
      if (body.length() <= MAX_EVENT_BYTES) {
        body.appendBuffer(part);
      }
    });
    request.endHandler(end -> take(context, body));
    request.resume();
  }

  private void take(RoutingContext context, Buffer body) {
    if (body.length() > MAX_EVENT_BYTES) {
      problem(context.response(), 413, "an event has at most " + MAX_EVENT_BYTES + " bytes");
    } else {
      accept(context, body.getBytes());
    }
  }

  private void accept(RoutingContext context, byte[] body) {
    HttpServerResponse response = context.response();
    try {
      Map<String, List<String>> headers = new HashMap<>();
      context
          .request()
          .headers()
          .forEach((name, value) ->
              headers.computeIfAbsent(lower(name), unseen -> new ArrayList<>()).add(value));
      var event = HttpEvents.read(headers, body);
      if (event.isEmpty()) {
        problem(response, 400, "no CloudEvent: neither ce- headers nor a structured event");
        return;
      }
      Context loop = Vertx.currentContext();
      broker
          .get()
          .accept(event.get())
          .whenComplete((acceptance, fault) -> {
            Runnable answer = () -> answer(response, acceptance, fault);
            if (loop == null) {
              answer.run();
            } else {
              loop.runOnContext(done -> answer.run());
            }
          });
    } catch (MalformedEventException e) {
      problem(response, 400, String.valueOf(e.getMessage()));
    }
  }

  private static void answer(
      HttpServerResponse response,
      Broker.@org.jspecify.annotations.Nullable Acceptance acceptance,
      @org.jspecify.annotations.Nullable Throwable fault) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (fault != null || acceptance == null) {
      LOG.errorf("an event was not accepted: %s", fault);
      response.putHeader("Retry-After", "1");
      problem(response, 503, "the event could not be stored" + why(fault));
      return;
    }
    switch (acceptance) {
      case Broker.Acceptance.Accepted() -> response.setStatusCode(202).end();
      case Broker.Acceptance.Busy() -> {
        response.putHeader("Retry-After", "1");
        problem(response, 429, "too many deliveries are waiting");
      }
    }
  }

  /// What the queue says, such as that the disk is full.
  private static String why(@org.jspecify.annotations.Nullable Throwable fault) {
    Throwable cause = fault;
    while (cause != null && !(cause instanceof QueueException)) {
      cause = cause.getCause();
    }
    return cause == null ? "" : ": " + cause.getMessage();
  }

  private void listDeadLetters(RoutingContext context) {
    context.request().resume();
    context
        .vertx()
        .executeBlocking(() -> JSON.writeValueAsString(view()))
        .onSuccess(
            json -> context.response().putHeader("Content-Type", "application/json").end(json))
        .onFailure(fault -> problem(context.response(), 503, String.valueOf(fault.getMessage())));
  }

  private Map<String, Object> view() throws ExecutionException {
    List<Map<String, Object>> letters =
        broker.get().deadLetters(SHOWN_DEAD_LETTERS).stream().map(BrokerRoutes::view).toList();
    return Map.of(
        "count", broker.get().deadLetterCount(),
        "deadLetters", letters,
        "openDeliveries", broker.get().openDeliveries());
  }

  private static Map<String, Object> view(DeadLetter letter) {
    return Map.of(
        "time", letter.time().toString(),
        "trigger", letter.trigger(),
        "destination", letter.destination(),
        "eventId", letter.eventId(),
        "eventSource", letter.eventSource(),
        "eventType", letter.eventType(),
        "code", letter.code(),
        "reason", letter.reason(),
        "attempts", letter.attempts());
  }

  private static String lower(String name) {
    return name.toLowerCase(java.util.Locale.ROOT);
  }

  /// RFC 9457.
  private static void problem(HttpServerResponse response, int status, String detail) {
    response.setStatusCode(status).putHeader("Content-Type", "application/problem+json");
    try {
      response.end(
          JSON.writeValueAsString(
              Map.of("type", "about:blank", "status", status, "detail", detail)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
