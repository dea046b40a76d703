package dev.gnomon.runtime.http;

import dev.gnomon.runtime.RuntimeSettings;
import dev.gnomon.runtime.settings.Settings;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/// Does not wait for ever for the body of a request, whichever path it is sent to: whoever drips
/// holds a connection and what he has sent. [Doorstep] is stricter with those who have to show who
/// they are. How long the work for a request takes is not limited here.
@Singleton
class SlowSenders {
  private final Duration within;

  @Inject
  SlowSenders(Settings settings) {
    this.within = settings.get(RuntimeSettings.BODY_WITHIN);
  }

  void mount(@Observes Router router) {
    router.route().order(Doorstep.ORDER).handler(this::watch);
  }

  private void watch(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!request.isEnded()) { // Also when a request is routed again after its body was read.
      long timer =
          context
              .vertx()
              .setTimer(
                  within.toMillis(),
                  on -> {
                    if (!request.isEnded() && !context.response().ended()) {
                      Doorstep.refuse(
                          context,
                          Problem.of(
                              ProblemKind.TOO_SLOW,
                              "expected the whole body within " + within.toSeconds() + " s"));
                    }
                  });
      context.addEndHandler(answered -> context.vertx().cancelTimer(timer));
    }
    context.next();
  }
}
