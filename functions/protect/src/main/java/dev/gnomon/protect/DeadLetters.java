package dev.gnomon.protect;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/// Where a broker sends events that nobody could handle: each is logged and counted, whatever it
/// is. It answers 202 always, so that a dead letter does not die a second time.
@Singleton
class DeadLetters {
  private static final Logger LOG = Logger.getLogger(DeadLetters.class);
  private static final int MAX_SHOWN = 200;
  private static final int ACCEPTED = 202;

  private final MeterRegistry meters;

  @Inject
  DeadLetters(MeterRegistry meters) {
    this.meters = meters;
  }

  void mount(@Observes Router router) {
    router.post("/dead-letters").handler(this::take);
  }

  private void take(RoutingContext context) {
    LOG.errorf(
        "dead letter: event %s of type %s, last answer %s from %s",
        header(context, "ce-id"),
        header(context, "ce-type"),
        header(context, "ce-knativeerrorcode"),
        header(context, "ce-knativeerrordest"));
    meters.counter("gnomon.dead.letters").increment();
    context.response().setStatusCode(ACCEPTED).end();
  }

  private static String header(RoutingContext context, String name) {
    String value = context.request().getHeader(name);
    if (value == null) {
      return "(not given)";
    }
    return value.substring(0, Math.min(value.length(), MAX_SHOWN)).replaceAll("\\p{Cntrl}", "?");
  }
}
