package dev.gnomon.local.stack;

import dev.gnomon.core.control.Json;
import dev.gnomon.core.objects.ObjectStoreException;
import io.quarkus.runtime.Quarkus;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/// `gnomon up`: the local stack in the foreground.
public final class Up {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final PrintStream OUT = System.out;

  private static volatile boolean json;

  private Up() {}

  /// Starts the stack and returns when TERM or Ctrl-C has stopped it.
  ///
  /// @param inJson that it is ready is said as one JSON value, and nothing else on standard output
  /// @return exit code
  /// @throws StackException if it can't start, for people
  public static int run(UpOptions options, boolean inJson) {
    json = inJson;
    endWellOn(List.of("TERM", "INT"));
    LocalStack stack = LocalStack.start(options);
    // Before Quarkus reads its configuration.
    System.setProperty("quarkus.http.host", "127.0.0.1");
    System.setProperty("quarkus.log.console.stderr", Boolean.toString(inJson));
    System.setProperty("quarkus.http.port", Integer.toString(options.port().orElse(0)));
    AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
    AtomicReference<Integer> code = new AtomicReference<>(0);
    try {
      Quarkus.run(
          StackApplication.class,
          (exit, thrown) -> {
            code.set(exit);
            fault.set(thrown);
          });
    } finally {
      stack.close();
    }
    Throwable thrown = fault.get();
    if (thrown != null) {
      throw new StackException("the stack did not start: " + reason(thrown), thrown);
    }
    return code.get();
  }

  static void sayReady(LocalStack stack, URI base) {
    if (json) {
      OUT.println(
          Json.MAPPER
              .createObjectNode()
              .put("pid", ProcessHandle.current().pid())
              .put("api", base.toString())
              .put("broker", base + "/broker")
              .put("data", stack.data().toString())
              .toPrettyString());
      OUT.flush();
      return;
    }
    OUT.printf("Gnomon is up. API %s, broker %s/broker%n", base, base);
    OUT.printf("Data and addresses: %s (gnomon.json). TERM or Ctrl-C stops.%n", stack.data());
    OUT.flush();
  }

  /// To be told to stop is how a stack ends: that is no failure. What the JVM would do by itself
  /// ends it just as cleanly, but with the status 128 + signal. A signal that was ignored when the
  /// process began, as a shell does for a job in the background, stays ignored.
  private static void endWellOn(List<String> signals) {
    signals.forEach(name -> Signal.handle(new Signal(name), signal -> System.exit(0)));
  }

  /// A stop takes seconds; what is under way is done again after the next start.
  static void haltIfStoppingHangs() {
    Thread.ofPlatform()
        .daemon()
        .name("stop limit")
        .start(() -> {
          try {
            TimeUnit.NANOSECONDS.sleep(STOP_LIMIT.toNanos());
            Runtime.getRuntime().halt(1);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /// Who names the object store that failed says most; else the root of the matter does.
  private static String reason(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null
        && !(root instanceof IllegalStateException
            && root.getCause() instanceof ObjectStoreException)) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage() == null ? root : root.getMessage());
  }
}
