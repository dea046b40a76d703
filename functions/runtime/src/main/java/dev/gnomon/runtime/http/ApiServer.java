package dev.gnomon.runtime.http;

import dev.gnomon.events.EventSchemas;
import dev.gnomon.runtime.RuntimeSettings;
import dev.gnomon.runtime.settings.Settings;
import io.quarkus.arc.All;
import io.quarkus.virtual.threads.VirtualThreads;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.ExecutorService;

/// Mounts the queries of all modules.
@ApplicationScoped
class ApiServer {
  /// @throws dev.gnomon.runtime.settings.InvalidSettings if it would stand open; the process ends
  void mount(
      @Observes Router router,
      @All List<ApiRoutes> routes,
      @VirtualThreads ExecutorService executor,
      EventSchemas schemas,
      Settings settings,
      Listening listening,
      @All List<Closed> closed) {
    ApiDoor door = ApiDoor.of(settings);
    if (closed.stream().noneMatch(Closed::isClosed)) {
      listening.permit(door);
      door.lookAtTokens();
    }
    Api api = Api.of(router, executor, schemas, settings.get(RuntimeSettings.RETRY_AFTER), door);
    routes.forEach(one -> one.register(api));
  }
}
