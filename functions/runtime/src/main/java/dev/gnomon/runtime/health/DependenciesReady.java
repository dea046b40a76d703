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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/// Asks all dependencies at the same time and names each with `ok` or its fault. A check that does
/// not come to an end, even interrupted, is not begun again beside itself.
@Readiness
@ApplicationScoped
class DependenciesReady implements HealthCheck {
  private final List<Dependencies> modules;
  private final ExecutorService executor;
  private final Duration timeout;
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  @Inject
  DependenciesReady(
      @All List<Dependencies> modules,
      @VirtualThreads ExecutorService executor,
      Settings settings) {
    this.modules = modules;
    this.executor = executor;
    this.timeout = settings.get(RuntimeSettings.HEALTH_TIMEOUT);
  }

  @Override
  public HealthCheckResponse call() {
    List<Asked> asked = new ArrayList<>();
    for (Dependencies module : modules) {
      module.dependencies().forEach(one -> asked.add(new Asked(one)));
    }
    asked.forEach(this::ask);
    long deadline = System.nanoTime() + timeout.toNanos();
    var response = HealthCheckResponse.named("dependencies").up();
    for (Asked one : asked) {
      String result = result(one, deadline);
      boolean good = result.equals("ok");
      if (!good && one.dependency.required()) {
        response.down();
      }
      response.withData(
          one.dependency.name(),
          good || one.dependency.required() ? result : "work goes on without it: " + result);
    }
    return response.build();
  }

  private void ask(Asked question) {
    String name = question.dependency.name();
    if (!running.add(name)) {
      question.answer.completeExceptionally(
          new IllegalStateException("the last question was not answered yet"));
      return;
    }
    executor.execute(() -> {
      question.thread = Thread.currentThread();
      try {
        question.dependency.check().run();
        question.answer.complete(true);
      } catch (Throwable e) { // whatever it is, it is the answer
        question.answer.completeExceptionally(e);
      } finally {
        running.remove(name);
      }
    });
  }

  private String result(Asked question, long deadline) {
    try {
      question.answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return "ok";
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
    } catch (TimeoutException e) {
      question.giveUp();
      return "no answer in " + timeout.toMillis() + " ms";
    } catch (InterruptedException e) {
      question.giveUp();
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static final class Asked {
    private final Dependency dependency;
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    private Asked(Dependency dependency) {
      this.dependency = dependency;
    }

    private void giveUp() {
      Thread asking = thread;
      if (asking != null) {
        asking.interrupt();
      }
    }
  }
}
