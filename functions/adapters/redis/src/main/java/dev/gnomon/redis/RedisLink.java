package dev.gnomon.redis;

import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.core.tls.Authorities;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A connection to Redis that mends itself and never throws: a command gets an answer, a refusal or
/// "away", in bounded time. Says once that Redis is away and once that it is back. Thread-safe.
///
/// The first command waits for the first connection; later ones never wait for a connection, and
/// after a time-out reads leave Redis alone for [#PAUSE], so that a Redis that hangs does not slow
/// down every reader. A connection that lets several commands in a row time out is replaced.
public final class RedisLink implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RedisLink.class.getName());

  /// Lettuce repeats every few seconds what this class says once. The reference keeps the level.
  private static final java.util.logging.Logger RECONNECTS =
      java.util.logging.Logger.getLogger("io.lettuce.core.protocol");

  static {
    RECONNECTS.setLevel(java.util.logging.Level.SEVERE);
  }

  private static final Duration FIRST_CONNECT = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int TIMEOUTS_UNTIL_REPLACED = 3;

  private final RedisAddress address;
  private final RedisClients clients;
  private final Supplier<RedisCondition> condition;
  private final AtomicBoolean away = new AtomicBoolean();
  private final LongAdder commands = new LongAdder();

  private CompletableFuture<RedisClients.Connection> connection;
  private boolean everWaited;
  private int timeoutsInARow;
  private long pausedUntil;
  private boolean closed;

  /// How urgent a command is.
  enum Urgency {
    /// Can be done without: skipped while Redis is given a pause.
    READ,
    /// Tried whenever there is a connection.
    WRITE
  }

  /// Starts to connect, in the background.
  ///
  /// @param url see [RedisAddress]
  /// @throws IllegalArgumentException if the URL is none
  public static RedisLink open(String url) {
    return open(url, () -> RedisCondition.WELL);
  }

  /// @param condition how Redis is made to look, asked before each command
  public static RedisLink open(String url, Supplier<RedisCondition> condition) {
    return open(url, condition, Authorities.of(name -> Optional.ofNullable(System.getenv(name))));
  }

  /// @param authorities whom it trusts, for TLS
  static RedisLink open(String url, Supplier<RedisCondition> condition, Authorities authorities) {
    return new RedisLink(RedisAddress.parse(url), condition, authorities);
  }

  /// Returns a URL that [#open] takes.
  ///
  /// @throws IllegalArgumentException if it is none
  public static String checkedUrl(String url) {
    var unused = RedisAddress.parse(url);
    return url;
  }

  private RedisLink(
      RedisAddress address, Supplier<RedisCondition> condition, Authorities authorities) {
    this.address = address;
    this.condition = condition;
    this.clients = RedisClients.of(address, authorities);
    this.pausedUntil = System.nanoTime();
    this.connection = clients.connect().get().toCompletableFuture();
  }

  /// Whether the last command was answered.
  public boolean available() {
    return !away.get();
  }

  /// How many commands were sent, each of which waits for its answer.
  public long commands() {
    return commands.sum();
  }

  /// Asks Redis for a sign of life, in bounded time.
  public boolean answers() {
    return call(Urgency.WRITE, BaseRedisAsyncCommands::ping) instanceof Reply.Answer<String>;
  }

  <T> Reply<T> call(
      Urgency urgency,
      Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
    RedisClients.Connection open = connection(urgency);
    if (open == null) {
      return new Reply.Away<>();
    }
    if (hindered(open)) {
      return away("an experiment makes it so");
    }
    RedisFuture<T> future;
    commands.increment();
    try {
      future = command.apply(open.commands());
    } catch (RedisException e) {
      return away(e.getMessage());
    }
    try {
      T value = future.toCompletableFuture().get(address.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return answered(new Reply.Answer<>(Optional.ofNullable(value)));
    } catch (ExecutionException e) {
      return e.getCause() instanceof RedisCommandExecutionException refusal
          ? answered(new Reply.Refused<>(String.valueOf(refusal.getMessage())))
          : away(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      future.cancel(true);
      timedOut(open);
      return away("no answer within " + address.timeout().toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.cancel(true);
      return new Reply.Away<>();
    }
  }

  /// What an experiment makes of this command: late, or without an answer as a time-out has none.
  private boolean hindered(RedisClients.Connection open) {
    RedisCondition now = condition.get();
    if (now.away()) {
      return true;
    }
    boolean late = now.delay().compareTo(address.timeout()) >= 0;
    if (now.delay().isPositive()) {
      try {
        Thread.sleep(late ? address.timeout() : now.delay());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
    if (late) {
      timedOut(open);
    }
    return late;
  }

  /// The connection if there is one; waits for it only if nobody ever did.
  private RedisClients.@Nullable Connection connection(Urgency urgency) {
    CompletableFuture<RedisClients.Connection> attempt;
    Duration patience = Duration.ZERO;
    synchronized (this) {
      boolean paused = System.nanoTime() - pausedUntil < 0;
      if (closed
          || (paused && (urgency == Urgency.READ || connection.isCompletedExceptionally()))) {
        return null;
      }
      if (connection.isCompletedExceptionally()) {
        connection = clients.connect().get().toCompletableFuture();
      }
      if (!everWaited) {
        patience = FIRST_CONNECT;
      }
      attempt = connection;
    }
    try {
      return attempt.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      pause();
      away(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      away("no connection yet");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        everWaited = true;
      }
    }
    return null;
  }

  private synchronized void pause() {
    pausedUntil = System.nanoTime() + PAUSE.toNanos();
  }

  private synchronized void timedOut(RedisClients.Connection open) {
    pause();
    timeoutsInARow++;
    if (timeoutsInARow >= TIMEOUTS_UNTIL_REPLACED && !closed && connection.getNow(null) == open) {
      timeoutsInARow = 0;
      var unused = open.stateful().closeAsync();
      connection = clients.connect().get().toCompletableFuture();
    }
  }

  private <T> Reply<T> answered(Reply<T> reply) {
    if (away.compareAndSet(true, false)) {
      LOG.log(Level.INFO, "Redis at {0} is back.", address);
    }
    synchronized (this) {
      timeoutsInARow = 0;
    }
    return reply;
  }

  private <T> Reply<T> away(@Nullable String reason) {
    if (away.compareAndSet(false, true)) {
      LOG.log(
          Level.WARNING,
          "Redis at {0} is away, routes are read from the objects: {1}",
          address,
          String.valueOf(reason));
    }
    return new Reply.Away<>();
  }

  /// Closes the connection; commands that come later find Redis away.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    clients.client().shutdown(Duration.ZERO, Duration.ofSeconds(1));
    var unused = clients.resources().shutdown(0, 1, TimeUnit.SECONDS);
  }
}
