package dev.gnomon.protect;

import dev.gnomon.runtime.http.Problem;
import dev.gnomon.runtime.http.ProblemKind;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// Where others reach this process it has to be deaf to everything but webhooks, which show who
/// sends them: events, queries and commands of the API are not asked that.
@Singleton
class OnlyWebhooks {
  /// Before the gate of the events.
  private static final int FIRST = 10_000;

  private final boolean only;

  @Inject
  OnlyWebhooks(ProtectSettings settings) {
    this.only = settings.onlyWebhooks();
  }

  void mount(@Observes Filters filters) {
    if (only) {
      filters.register(OnlyWebhooks::pass, FIRST);
    }
  }

  private static void pass(RoutingContext context) {
    String path = context.normalizedPath();
    if (path.startsWith("/hooks/") || path.startsWith("/q/health/")) {
      context.next();
    } else {
      Problem.of(ProblemKind.NOT_FOUND, "only webhooks are taken here").send(context.response());
    }
  }
}
