package dev.gnomon.local.stack;

import dev.gnomon.local.broker.BrokerRoutes;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Puts the broker into the stack's HTTP server, in front of the functions' gate.
@ApplicationScoped
class BrokerFilter {
  private static final int BEFORE_THE_GATE = 200;

  void register(@Observes Filters filters) {
    LocalStack.current()
        .ifPresent(
            stack -> filters.register(new BrokerRoutes(stack::broker)::handle, BEFORE_THE_GATE));
  }
}
