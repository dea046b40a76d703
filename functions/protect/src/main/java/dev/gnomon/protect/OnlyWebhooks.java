package dev.gnomon.protect;

import dev.gnomon.runtime.http.Closed;
import dev.gnomon.runtime.http.Doorstep;
import dev.gnomon.runtime.http.Problem;
import dev.gnomon.runtime.http.ProblemKind;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/// Where others reach this process it has to be deaf to everything but webhooks, which show who
/// sends them: events, queries and commands of the API are not asked that.
@Singleton
class OnlyWebhooks implements Closed {
  private static final int FIRST = 1;
  private static final Pattern HOOK = Pattern.compile("/hooks/[^/]+");

  private final boolean only;

  @Inject
  OnlyWebhooks(ProtectSettings settings) {
    this.only = settings.onlyWebhooks();
  }

  @Override
  public boolean isClosed() {
    return only;
  }

  /// Before everything that reads bodies: whoever may not come in sends none.
  void mount(@Observes @Priority(FIRST) Router router) {
    if (only) {
      router.route().order(Doorstep.ORDER).handler(OnlyWebhooks::pass);
    }
  }

  private static void pass(RoutingContext context) {
    if (mayPass(context.request(), context.normalizedPath())) {
      context.next();
    } else {
      context.request().pause();
      Doorstep.refuse(context, Problem.of(ProblemKind.NOT_FOUND, "only webhooks are taken here"));
    }
  }

  private static boolean mayPass(HttpServerRequest request, String path) {
    if (request.method().equals(HttpMethod.POST)) {
      return HOOK.matcher(path).matches();
    }
    return !hasBody(request) && (path.startsWith("/hooks/") || path.startsWith("/q/health/"));
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return request.getHeader("Transfer-Encoding") != null
        || (length != null && !length.equals("0"));
  }
}
