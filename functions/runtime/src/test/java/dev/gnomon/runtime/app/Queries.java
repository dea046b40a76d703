package dev.gnomon.runtime.app;

import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.runtime.health.DependencyCheck;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

@ApplicationScoped
public class Queries implements ApiRoutes, DependencyCheck {
  public record Pause(boolean paused) {}

  private volatile boolean away;

  public void away(boolean now) {
    away = now;
  }

  @Override
  public void register(Api api) {
    api.get("/status", request -> Answer.of(Map.of("virtual", Thread.currentThread().isVirtual())));
    api.get(
        "/routes/:resource",
        request -> {
          ResourceName name = request.path("resource", ResourceName::new);
          Optional<Map<String, Object>> route =
              name.value().equals("site")
                  ? Optional.of(Map.of("resource", name, "epoch", 7))
                  : Optional.empty();
          return Answer.found(route, "route of " + name).withTag(7);
        });
    api.get("/points", request -> Answer.of(request.required("resource", ResourceName::new)));
    api.get(
        "/away",
        request -> {
          throw new Unavailable("redis is away");
        });
    api.post("/automation", Pause.class, (request, pause) -> Answer.of(pause));
    api.post("/plans", RollbackRequested.class, (request, wanted) -> Answer.none());
  }

  @Override
  public String name() {
    return "test store";
  }

  @Override
  public void check() {
    if (away) {
      throw new Unavailable("the test store is away");
    }
  }
}
