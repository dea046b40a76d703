package dev.gnomon.runtime.app;

import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.runtime.health.Dependencies;
import dev.gnomon.runtime.health.Dependency;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import dev.gnomon.runtime.http.Stream;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

@ApplicationScoped
public class Queries implements ApiRoutes, Dependencies {
  public record Pause(boolean paused) {}

  private volatile boolean away;
  private volatile boolean cacheAway;
  private volatile CountDownLatch patience = new CountDownLatch(0);

  public void away(boolean now) {
    away = now;
  }

  public void cacheAway(boolean now) {
    cacheAway = now;
  }

  /// What one of the stores waits for before it answers.
  public void patience(CountDownLatch latch) {
    patience = latch;
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
    api.stream(
        "/long/:kibibytes",
        request -> {
          int kibibytes = request.path("kibibytes", Integer::parseInt);
          return new Stream(
              "application/x-test",
              out -> {
                for (int i = 0; i < kibibytes; i++) {
                  out.write(new byte[1024]);
                }
                if (request.query("fails", text -> text).isPresent()) {
                  throw new Unavailable("the store went away");
                }
              });
        });
    api.post("/automation", Pause.class, (request, pause) -> Answer.of(pause));
    api.post("/guarded", Queries::guard, Pause.class, (request, pause) -> Answer.none());
    api.raw(
        "/raw/:name",
        Queries::door,
        1000,
        (request, body) ->
            Answer.accepted(
                Map.of("bytes", HexFormat.of().formatHex(body), "twice", request.headers("X-Two")),
                "/requests/" + request.path("name", text -> text)));
    api.post("/plans", RollbackRequested.class, (request, wanted) -> Answer.none());
  }

  private static void guard(ApiRequest request) {
    if (!request.header("Authorization").equals(Optional.of("Bearer 0123456789abcdef"))) {
      throw Rejection.of(ProblemKind.UNAUTHORIZED, "expected the token");
    }
  }

  private static void door(ApiRequest request) {
    if (request.path("name", text -> text).equals("stranger")) {
      throw Rejection.of(ProblemKind.UNAUTHORIZED, "not you");
    }
  }

  @Override
  public List<Dependency> dependencies() {
    return List.of(
        new Dependency("test store", true, () -> require(!away, "the test store is away")),
        new Dependency("test cache", false, () -> require(!cacheAway, "the cache is away")),
        new Dependency("slow store", true, () -> patience.await()));
  }

  private static void require(boolean good, String otherwise) {
    if (!good) {
      throw new Unavailable(otherwise);
    }
  }
}
