package dev.gnomon.runtime.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.events.EventData;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Registers JSON queries. Each runs on a virtual thread of its own and may block; what it throws
/// is answered as a problem by the rules of [Faults].
public final class Api {
  private static final Logger LOG = Logger.getLogger(Api.class);
  private static final int MAX_BODY_BYTES = 1024 * 1024;

  private final Router router;
  private final Executor executor;
  private final EventSchemas schemas;
  private final Duration retryAfter;
  private final Doorstep doorstep;
  private final ApiDoor door;
  private final Consumer<ApiRequest> reads;

  Api(
      Router router,
      Executor executor,
      EventSchemas schemas,
      Duration retryAfter,
      Doorstep doorstep,
      ApiDoor door,
      Consumer<ApiRequest> reads) {
    this.router = router;
    this.executor = executor;
    this.schemas = schemas;
    this.retryAfter = retryAfter;
    this.doorstep = doorstep;
    this.door = door;
    this.reads = reads;
  }

  static Api of(
      Router router, Executor executor, EventSchemas schemas, Duration retryAfter, ApiDoor door) {
    Doorstep doorstep = new Doorstep(executor, retryAfter);
    return new Api(router, executor, schemas, retryAfter, doorstep, door, door::read);
  }

  /// For queries whose address proves by itself who may ask: they need no token of the API.
  public Api withProofInTheAddress() {
    return new Api(router, executor, schemas, retryAfter, doorstep, door, request -> {});
  }

  /// Answers whoever brings a token that may read, where any are set.
  ///
  /// @param path with parameters as `:name`
  public void get(String path, Function<ApiRequest, Answer> query) {
    router.get(path).handler(context -> run(context, () -> query.apply(admitted(context))));
  }

  private ApiRequest admitted(RoutingContext context) {
    ApiRequest request = new ApiRequest(context);
    reads.accept(request);
    return request;
  }

  /// The same for answers that are written piece by piece.
  public void stream(String path, Function<ApiRequest, Stream> query) {
    router
        .get(path)
        .handler(context ->
            executor.execute(() -> stream(context, () -> query.apply(admitted(context)))));
  }

  private void stream(RoutingContext context, Supplier<Stream> query) {
    String what = context.request().method() + " " + context.normalizedPath();
    HttpServerResponse response = context.response();
    try {
      Stream stream = query.get();
      stream.headers().forEach(response::putHeader);
      response.setChunked(true).putHeader("Content-Type", stream.contentType());
      ResponseStream out = new ResponseStream(response);
      stream.writing().to(out);
      out.close();
    } catch (ResponseStream.ReaderGone e) {
      LOG.infof("%s: %s", what, e.getMessage());
    } catch (Exception e) {
      boolean begun = response.headWritten();
      Problem problem = Faults.report(e, what, retryAfter);
      if (begun) {
        context.request().connection().close();
      } else {
        response.setChunked(false);
        problem.send(response);
      }
    }
  }

  /// Takes commands of whoever brings a token that may change, where any are set; nothing of a body
  /// is read before. One that is larger than a mebibyte is answered 413, with and without tokens.
  ///
  /// @param type of the body; data of an event is also checked against its schema
  public <T> void post(String path, Class<T> type, BiFunction<ApiRequest, T, Answer> command) {
    post(path, door::write, type, command);
  }

  /// @param guard looks at the request before its body is read, and throws a [Rejection] if it may
  ///   not come in
  public <T> void post(
      String path,
      Consumer<ApiRequest> guard,
      Class<T> type,
      BiFunction<ApiRequest, T, Answer> command) {
    doorstep.take(
        router,
        path,
        request -> {
          guard.accept(request);
          json(request.header("Content-Type"));
        },
        MAX_BODY_BYTES,
        (context, bytes) ->
            answer(context, () -> command.apply(new ApiRequest(context), parsed(bytes, type))));
  }

  /// Takes bodies as they come, byte by byte, for who has to check a signature over them.
  ///
  /// @param door looks at the request before its body is read, and throws a [Rejection] if it may
  ///   not come in
  /// @param maxBytes of a body; a longer one is answered 413
  public void raw(
      String path,
      Consumer<ApiRequest> door,
      int maxBytes,
      BiFunction<ApiRequest, byte[], Answer> receive) {
    doorstep.take(
        router,
        path,
        door,
        maxBytes,
        (context, bytes) -> answer(context, () -> receive.apply(new ApiRequest(context), bytes)));
  }

  private interface Work {
    Answer answer() throws IOException;
  }

  private void run(RoutingContext context, Work work) {
    executor.execute(() -> answer(context, work));
  }

  private void answer(RoutingContext context, Work work) {
    String what = context.request().method() + " " + context.normalizedPath();
    try {
      send(context, work.answer());
    } catch (Exception e) {
      Faults.report(e, what, retryAfter).send(context.response());
    }
  }

  private static void send(RoutingContext context, Answer answer) throws IOException {
    byte[] body = answer.body().isPresent() ? bytes(answer.body().get()) : new byte[0];
    HttpServerResponse response = context.response();
    answer.headers().forEach(response::putHeader);
    String tag = answer.headers().get("ETag");
    if (tag != null && matches(context.request().getHeader("If-None-Match"), tag)) {
      response.setStatusCode(304).end();
    } else if (answer.body().isEmpty()) {
      response.setStatusCode(answer.status()).end();
    } else {
      response
          .setStatusCode(answer.status())
          .putHeader(
              "Content-Type", answer.headers().getOrDefault("Content-Type", "application/json"))
          .end(Buffer.buffer(body));
    }
  }

  private static byte[] bytes(Object body) throws IOException {
    return body instanceof byte[] written ? written : Json.MAPPER.writeValueAsBytes(body);
  }

  private static boolean matches(@org.jspecify.annotations.Nullable String wanted, String tag) {
    return wanted != null
        && List.of(wanted.split(",", -1)).stream()
            .map(String::trim)
            .map(one -> one.startsWith("W/") ? one.substring(2) : one)
            .anyMatch(one -> one.equals(tag) || one.equals("*"));
  }

  /// Browsers can't send this type across sites without asking first.
  private static void json(Optional<String> contentType) {
    if (!contentType.orElse("").toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw Rejection.of(
          ProblemKind.NOT_JSON,
          "expected application/json, found '" + contentType.orElse("") + "'");
    }
  }

  private <T> T parsed(byte[] bytes, Class<T> type) throws IOException {
    try {
      var tree = Json.MAPPER.readTree(bytes);
      if (EventData.class.isAssignableFrom(type)) {
        var eventType =
            EventTypes.all().stream().filter(t -> t.data() == type).findFirst().orElseThrow();
        var violations = schemas.check(eventType, new String(bytes, StandardCharsets.UTF_8));
        if (!violations.isEmpty()) {
          throw Rejection.of("the body", violations);
        }
      }
      return Json.MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw Rejection.of(ProblemKind.REFUSED, "the body can't be read: " + e.getOriginalMessage());
    }
  }
}
