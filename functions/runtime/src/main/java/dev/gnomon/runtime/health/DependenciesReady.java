package dev.gnomon.runtime.health;

import dev.gnomon.runtime.RuntimeSettings;
import dev.gnomon.runtime.settings.Settings;
import io.quarkus.arc.All;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Asks all dependencies at the same time and names each with `ok` or its fault.
@Readiness
@ApplicationScoped
class DependenciesReady implements HealthCheck {
  private record Asked(String name, Future<?> answer) {}

  private final List<DependencyCheck> checks;
  private final ExecutorService executor;
  private final Duration timeout;

  @Inject
  DependenciesReady(
      @All List<DependencyCheck> checks,
      @VirtualThreads ExecutorService executor,
      Settings settings) {
    this.checks = checks;
    this.executor = executor;
    this.timeout = settings.get(RuntimeSettings.HEALTH_TIMEOUT);
  }

  @Override
  public HealthCheckResponse call() {
    List<Asked> asked = new ArrayList<>();
    for (DependencyCheck check : checks) {
      asked.add(
          new Asked(
              check.name(),
              executor.submit(() -> {
                check.check();
                return null;
              })));
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    var response = HealthCheckResponse.named("dependencies").up();
    for (Asked one : asked) {
      String result = result(one.answer(), deadline);
      response.withData(one.name(), result);
      if (!result.equals("ok")) {
        response.down();
      }
    }
    return response.build();
  }

  private String result(Future<?> answer, long deadline) {
    try {
      answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return "ok";
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
    } catch (TimeoutException e) {
      answer.cancel(true);
      return "no answer in " + timeout;
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
