package dev.gnomon.runtime.http;

import dev.gnomon.core.faults.Busy;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Where bodies are read: of senders who have to show themselves nothing before the door has let
/// them in, and of everybody no more than is bounded in size, in time, and in what all of them hold
/// together. It stands in front of everything else that reads bodies.
public final class Doorstep {
  /// Before the handler by which Quarkus reads every body.
  public static final int ORDER = Integer.MIN_VALUE;

  /// The whole body has to be there by then.
  static final Duration BODY_WITHIN = Duration.ofSeconds(10);

  /// What bodies that are read or worked on may hold together, in bytes.
  static final long BODIES_AT_MOST = 32L << 20;

  /// So much of a body that nobody wants is read over after the answer, and kept nowhere: a
  /// connection that is closed while its sender still sends takes the answer with it. What is more
  /// than a few times too large is cut off.
  private static final long LEFT_AT_MOST = 32L << 20;

  private static final Duration LEFT_WITHIN = Duration.ofSeconds(5);

  private final Executor executor;
  private final Duration retryAfter;
  private final Duration bodyWithin;
  private final long bodiesAtMost;
  private final AtomicLong held = new AtomicLong();

  /// @param executor runs doors and what follows, which may block
  Doorstep(Executor executor, Duration retryAfter) {
    this(executor, retryAfter, BODY_WITHIN, BODIES_AT_MOST);
  }

  /// The same with another time for bodies.
  public Doorstep(Executor executor, Duration retryAfter, Duration bodyWithin) {
    this(executor, retryAfter, bodyWithin, BODIES_AT_MOST);
  }

  Doorstep(Executor executor, Duration retryAfter, Duration bodyWithin, long bodiesAtMost) {
    this.executor = executor;
    this.retryAfter = retryAfter;
    this.bodyWithin = bodyWithin;
    this.bodiesAtMost = bodiesAtMost;
  }

  /// Takes the POST requests of a path.
  ///
  /// @param door throws what a request that may not come in is answered
  /// @param maxBytes of a body; a longer one is answered 413
  /// @param then gets the body, and answers
  void take(
      Router router,
      String path,
      Consumer<ApiRequest> door,
      int maxBytes,
      BiConsumer<RoutingContext, byte[]> then) {
    router
        .post(path)
        .order(ORDER)
        .handler(context -> {
          context.request().pause();
          Context loop = context.vertx().getOrCreateContext();
          executor.execute(() -> {
            try {
              door.accept(new ApiRequest(context));
              fits(context.request(), maxBytes);
            } catch (Exception e) {
              Problem problem = report(e, context);
              loop.runOnContext(on -> refuse(context, problem));
              return;
            }
            loop.runOnContext(on ->
                new Body(
                        context,
                        maxBytes,
                        () -> tooLarge(maxBytes),
                        body -> work(context, body, then))
                    .read());
          });
        });
  }

  /// Reads the body of a request for what comes after, if it has one that nobody has read. It
  /// counts as held until the request is answered.
  ///
  /// @param tooLarge what a longer one is answered
  public void read(RoutingContext context, int maxBytes, Supplier<Rejection> tooLarge) {
    HttpServerRequest request = context.request();
    RoutingContextInternal inside = (RoutingContextInternal) context;
    if (inside.seenHandler(RoutingContextInternal.BODY_HANDLER) || !mayHaveBody(request)) {
      context.next();
      return;
    }
    inside.visitHandler(RoutingContextInternal.BODY_HANDLER);
    if (isLonger(request, maxBytes)) {
      request.pause();
      refuse(context, report(tooLarge.get(), context));
      return;
    }
    new Body(
            context,
            maxBytes,
            tooLarge,
            body -> {
              context.addEndHandler(answered -> held.addAndGet(-body.length()));
              inside.setBody(body);
              context.next();
            })
        .read();
  }

  private static boolean mayHaveBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return request.getHeader("Transfer-Encoding") != null
        || (length != null && !length.equals("0"));
  }

  private Problem report(Exception e, RoutingContext context) {
    return Faults.report(
        e, context.request().method() + " " + context.normalizedPath(), retryAfter);
  }

  private void work(RoutingContext context, Buffer body, BiConsumer<RoutingContext, byte[]> then) {
    byte[] bytes = body.getBytes();
    executor.execute(() -> {
      try {
        then.accept(context, bytes);
      } finally {
        held.addAndGet(-bytes.length);
      }
    });
  }

  private static void fits(HttpServerRequest request, int maxBytes) {
    if (isLonger(request, maxBytes)) {
      throw tooLarge(maxBytes);
    }
  }

  private static boolean isLonger(HttpServerRequest request, int maxBytes) {
    String length = request.getHeader("Content-Length");
    // What is no number was refused before.
    return length != null && new BigInteger(length).compareTo(BigInteger.valueOf(maxBytes)) > 0;
  }

  private static Rejection tooLarge(int maxBytes) {
    return Rejection.of(ProblemKind.BODY_TOO_LARGE, "expected at most " + maxBytes + " bytes");
  }

  /// Answers a request whose body nobody read, on its event loop.
  public static void refuse(RoutingContext context, Problem problem) {
    HttpServerRequest request = context.request();
    if (request.isEnded()) {
      problem.send(context.response());
      return;
    }
    long timer = context.vertx().setTimer(LEFT_WITHIN.toMillis(), on -> close(context));
    long[] left = {LEFT_AT_MOST};
    request.exceptionHandler(gone -> context.vertx().cancelTimer(timer));
    request.endHandler(ended -> context.vertx().cancelTimer(timer));
    request.handler(more -> {
      left[0] -= more.length();
      if (left[0] < 0) {
        close(context);
      }
    });
    problem.send(context.response());
    request.resume();
  }

  private static void close(RoutingContext context) {
    context.request().connection().close();
  }

  /// One body on its way in; used on its event loop alone.
  private final class Body {
    private final RoutingContext context;
    private final int maxBytes;
    private final Supplier<Rejection> tooLarge;
    private final Consumer<Buffer> then;
    private final Buffer body = Buffer.buffer();
    private long timer;
    private boolean over;

    /// @param then gets it whole, and gives up what it holds
    Body(
        RoutingContext context, int maxBytes, Supplier<Rejection> tooLarge, Consumer<Buffer> then) {
      this.context = context;
      this.maxBytes = maxBytes;
      this.tooLarge = tooLarge;
      this.then = then;
    }

    void read() {
      HttpServerRequest request = context.request();
      request.exceptionHandler(gone -> ended());
      request.handler(this::more);
      request.endHandler(all -> whole());
      timer =
          context
              .vertx()
              .setTimer(
                  bodyWithin.toMillis(),
                  on ->
                      refused(
                          Rejection.of(
                              ProblemKind.TOO_SLOW,
                              "expected the whole body within " + bodyWithin.toSeconds() + " s")));
      request.resume();
    }

    private void more(Buffer part) {
      if (over) {
        return;
      }
      if (body.length() + part.length() > maxBytes) {
        refused(tooLarge.get());
      } else if (held.addAndGet(part.length()) > bodiesAtMost) {
        held.addAndGet(-part.length());
        refused(new Busy("too many bodies are read already", retryAfter));
      } else {
        body.appendBuffer(part);
      }
    }

    private void refused(RuntimeException why) {
      // Somebody else may have lost patience before.
      if (ended() && !context.response().ended()) {
        refuse(context, report(why, context));
      }
    }

    /// @return whether it was not over yet
    private boolean ended() {
      if (over) {
        return false;
      }
      stop();
      held.addAndGet(-body.length());
      return true;
    }

    private void stop() {
      over = true;
      context.vertx().cancelTimer(timer);
    }

    private void whole() {
      if (over) {
        return;
      }
      stop();
      then.accept(body);
    }
  }
}
