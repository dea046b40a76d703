package dev.gnomon.runtime.gate;

import dev.gnomon.runtime.http.Doorstep;
import dev.gnomon.runtime.http.Faults;
import dev.gnomon.runtime.http.Problem;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import dev.gnomon.runtime.logs.Seldom;
import dev.gnomon.runtime.oidc.Senders;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Where whoever sends an event shows who he is, before anything of its body is read.
final class SenderDoor {
  private static final Logger LOG = Logger.getLogger(SenderDoor.class);
  private static final Seldom AWAY = new Seldom(Duration.ofSeconds(10), System::nanoTime);
  private static final String SHOWN = SenderDoor.class.getName();

  private final Senders senders;
  private final Executor executor;
  private final Duration retryAfter;

  /// @param executor runs what looks at tokens, which may wait for the keys of their issuer
  SenderDoor(Senders senders, Executor executor, Duration retryAfter) {
    this.senders = senders;
    this.executor = executor;
    this.retryAfter = retryAfter;
  }

  boolean isGuarded() {
    return senders.areAsked();
  }

  /// Whether an event may go on. What came by another way than [#ask] may not.
  boolean hasPassed(RoutingContext context) {
    return !senders.areAsked() || context.get(SHOWN) != null;
  }

  /// Anybody can cause that it is not known whether a token is good, as often as he likes.
  private Problem report(RuntimeException fault, String what) {
    if (fault instanceof Rejection rejection
        && rejection.problem().kind() == ProblemKind.UNAVAILABLE) {
      AWAY.line("%s has to be sent again: %s".formatted(what, rejection.getMessage()))
          .ifPresent(LOG::warn);
      return rejection.problem();
    }
    return Faults.report(fault, what, retryAfter);
  }

  /// Goes on with the request, or answers it.
  ///
  /// @param refused learns of what it was answered
  void ask(RoutingContext context, Consumer<ProblemKind> refused) {
    List<String> shown = context.request().headers().getAll("Authorization");
    context.request().pause();
    Context loop = context.vertx().getOrCreateContext();
    executor.execute(() -> {
      try {
        String subject = senders.identify(shown);
        loop.runOnContext(on -> {
          context.put(SHOWN, subject);
          context.request().resume();
          context.next();
        });
      } catch (RuntimeException e) {
        Problem problem = report(e, "an event at " + context.normalizedPath());
        loop.runOnContext(on -> {
          refused.accept(problem.kind());
          if (problem.kind() == ProblemKind.UNAUTHORIZED && !shown.isEmpty()) {
            context
                .response()
                .putHeader(Problem.CHALLENGE, Problem.BEARER + ", error=\"invalid_token\"");
          }
          Doorstep.refuse(context, problem);
        });
      }
    });
  }
}
