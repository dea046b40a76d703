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
  void mount(
      @Observes Router router,
      @All List<ApiRoutes> routes,
      @VirtualThreads ExecutorService executor,
      EventSchemas schemas,
      Settings settings) {
    Api api =
        Api.of(
            router,
            executor,
            schemas,
            settings.get(RuntimeSettings.RETRY_AFTER),
            ApiDoor.of(settings));
    routes.forEach(one -> one.register(api));
  }
}
