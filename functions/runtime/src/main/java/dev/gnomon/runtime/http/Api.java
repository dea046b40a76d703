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
import io.vertx.ext.web.handler.BodyHandler;
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
  private static final long MAX_BODY_BYTES = 1024 * 1024;

  private final Router router;
  private final Executor executor;
  private final EventSchemas schemas;
  private final Duration retryAfter;

  Api(Router router, Executor executor, EventSchemas schemas, Duration retryAfter) {
    this.router = router;
    this.executor = executor;
    this.schemas = schemas;
    this.retryAfter = retryAfter;
  }

  /// @param path with parameters as `:name`
  public void get(String path, Function<ApiRequest, Answer> query) {
    router.get(path).handler(context -> run(context, () -> query.apply(new ApiRequest(context))));
  }

  /// @param path with parameters as `:name`
  public void stream(String path, Function<ApiRequest, Stream> query) {
    router
        .get(path)
        .handler(context ->
            executor.execute(() -> stream(context, () -> query.apply(new ApiRequest(context)))));
  }

  private void stream(RoutingContext context, Supplier<Stream> query) {
    String what = context.request().method() + " " + context.normalizedPath();
    HttpServerResponse response = context.response();
    try {
      Stream stream = query.get();
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

  /// @param type of the body; data of an event is also checked against its schema
  public <T> void post(String path, Class<T> type, BiFunction<ApiRequest, T, Answer> command) {
    post(path, request -> {}, type, command);
  }

  /// @param guard looks at the request before its body is, and throws a [Rejection] if it may not
  ///   come in
  public <T> void post(
      String path,
      Consumer<ApiRequest> guard,
      Class<T> type,
      BiFunction<ApiRequest, T, Answer> command) {
    router
        .post(path)
        .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
        .handler(context ->
            run(
                context,
                () -> {
                  ApiRequest request = new ApiRequest(context);
                  guard.accept(request);
                  return command.apply(request, body(context, type));
                }))
        .failureHandler(context -> {
          if (context.statusCode() == 413) {
            String limit = "the body is larger than " + MAX_BODY_BYTES + " bytes";
            Problem.of(ProblemKind.TOO_LARGE, limit).send(context.response());
          } else {
            context.next();
          }
        });
  }

  /// Takes bodies as they come, byte by byte, for who has to check a signature over them.
  ///
  /// @param maxBytes of a body; a longer one is answered 413
  public void raw(String path, int maxBytes, BiFunction<ApiRequest, byte[], Answer> receive) {
    router
        .post(path)
        .handler(BodyHandler.create(false).setBodyLimit(maxBytes))
        .handler(context ->
            run(
                context,
                () ->
                    receive.apply(
                        new ApiRequest(context),
                        bytes(context, maxBytes, ProblemKind.BODY_TOO_LARGE))))
        .failureHandler(context -> {
          if (context.statusCode() == 413) {
            String limit = "expected at most " + maxBytes + " bytes";
            Problem.of(ProblemKind.BODY_TOO_LARGE, limit).send(context.response());
          } else {
            context.next();
          }
        });
  }

  /// The limit of a handler holds only where no handler before it has read the body.
  private static byte[] bytes(RoutingContext context, long maxBytes, ProblemKind tooLarge) {
    Buffer buffer = context.body().buffer();
    if (buffer == null) {
      return new byte[0];
    }
    if (buffer.length() > maxBytes) {
      throw Rejection.of(
          tooLarge, "expected at most %d bytes, found %d".formatted(maxBytes, buffer.length()));
    }
    return buffer.getBytes();
  }

  private interface Work {
    Answer answer() throws IOException;
  }

  private void run(RoutingContext context, Work work) {
    executor.execute(() -> {
      String what = context.request().method() + " " + context.normalizedPath();
      try {
        send(context, work.answer());
      } catch (Exception e) {
        Faults.report(e, what, retryAfter).send(context.response());
      }
    });
  }

  private static void send(RoutingContext context, Answer answer) throws IOException {
    byte[] body =
        answer.body().isPresent()
            ? Json.MAPPER.writeValueAsBytes(answer.body().get())
            : new byte[0];
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
          .putHeader("Content-Type", "application/json")
          .end(Buffer.buffer(body));
    }
  }

  private static boolean matches(@org.jspecify.annotations.Nullable String wanted, String tag) {
    return wanted != null
        && List.of(wanted.split(",", -1)).stream()
            .map(String::trim)
            .map(one -> one.startsWith("W/") ? one.substring(2) : one)
            .anyMatch(one -> one.equals(tag) || one.equals("*"));
  }

  private <T> T body(RoutingContext context, Class<T> type) throws IOException {
    String contentType =
        Optional.ofNullable(context.request().getHeader("Content-Type")).orElse("");
    // Browsers can't send this type across sites without asking first.
    if (!contentType.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw Rejection.of(
          ProblemKind.NOT_JSON, "expected application/json, found '" + contentType + "'");
    }
    byte[] bytes = bytes(context, MAX_BODY_BYTES, ProblemKind.TOO_LARGE);
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
