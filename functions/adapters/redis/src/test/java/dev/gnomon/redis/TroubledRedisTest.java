package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.verification.routes.SampleRoutes;
import dev.gnomon.verification.waits.Patience;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an experiment makes of Redis, on a Redis that is well.
class TroubledRedisTest {
  private static final Route ROUTE = SampleRoutes.route("site", 1, "first");
  private static final ResourceName SITE = new ResourceName("site");

  private final Injected injected = new Injected(System::nanoTime);
  private RedisServer server;
  private RedisLink link;
  private RouteIndex index;

  @BeforeEach
  void open() {
    server = RedisServer.start();
    link = RedisLink.open(server.url() + "?timeout=100ms", () -> RedisCondition.of(injected));
    index = new RedisRouteIndex(link, () -> new StoreIdentity("one"));
    Patience.await().until(() -> index.offer(ROUTE));
  }

  @AfterEach
  void close() {
    link.close();
    server.close();
  }

  private void suffer(Trouble trouble) {
    injected.renew("x", trouble, Duration.ofMinutes(10));
  }

  @Test
  void aDeadOneIsAnIndexThatKnowsNothingAndComesBackAsItWas() {
    suffer(new Trouble.DeadRedis());
    assertThat(index.get(SITE)).isEmpty();
    assertThat(index.offer(SampleRoutes.route("site", 2, "second"))).isFalse();
    assertThat(link.available()).isFalse();

    injected.lift();

    Patience.await().until(() -> index.get(SITE).isPresent());
    assertThat(index.get(SITE)).contains(ROUTE);
    assertThat(link.available()).isTrue();
  }

  @Test
  void aSlowOneIsWaitedForNoLongerThanItsTimeOut() {
    suffer(new Trouble.SlowRedis(Duration.ofSeconds(30)));
    long begun = System.nanoTime();
    assertThat(index.get(SITE)).isEmpty();
    assertThat(System.nanoTime() - begun)
        .isBetween(TimeUnit.MILLISECONDS.toNanos(90), TimeUnit.SECONDS.toNanos(20));
    assertThat(index.get(SITE)).as("it is left alone for a while").isEmpty();
    injected.lift();
    Patience.await().until(() -> index.get(SITE).isPresent());
  }

  @Test
  void aLittleSlowOneAnswers() {
    suffer(new Trouble.SlowRedis(Duration.ofMillis(1)));
    Patience.await().until(() -> index.get(SITE).isPresent());
    assertThat(injected.touched()).isPositive();
  }
}
