package dev.gnomon.verification.routes;

import static dev.gnomon.verification.routes.SampleRoutes.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What every [RouteIndex] must do. A test class of each adapter extends this.
public abstract class RouteIndexContract {
  private static final ResourceName SITE = new ResourceName("site");
  private static final int RACERS = 8;
  private static final int OFFERS = 200;

  private RouteIndex index;

  /// Opens an index that holds nothing.
  protected abstract RouteIndex openEmptyIndex() throws Exception;

  @BeforeEach
  void open() throws Exception {
    index = openEmptyIndex();
  }

  @Test
  void emptyIndexKnowsNothing() {
    assertThat(index.get(SITE)).isEmpty();
  }

  @Test
  void givesBackExactlyTheRouteThatWasOffered() {
    Route offered = route("site", 4, "rollbacks/site/3/fenced");

    boolean held = index.offer(offered);

    assertThat(held).isTrue();
    assertThat(index.get(SITE)).contains(offered);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2",
    "9, 10",
    "99999999999, 100000000000",
    "9007199254740992, 9007199254740993", // 2^53: doubles can't tell these apart
    "9223372036854775806, 9223372036854775807"
  })
  void theGreaterEpochStaysWhicheverCameFirst(long smaller, long greater) {
    assertThat(index.offer(route("site", smaller, "a"))).isTrue();
    assertThat(index.offer(route("site", greater, "b"))).isTrue();

    boolean taken = index.offer(route("site", smaller, "c"));

    assertThat(taken).isFalse();
    assertThat(index.get(SITE)).contains(route("site", greater, "b"));
  }

  @Test
  void sameRouteOfferedAgainIsHeld() {
    index.offer(route("site", 3, "a"));

    assertThat(index.offer(route("site", 3, "a"))).isTrue();
  }

  @Test
  void anotherRouteOfTheSameEpochIsNotTaken() {
    index.offer(route("site", 3, "a"));

    assertThat(index.offer(route("site", 3, "b"))).isFalse();
    assertThat(index.get(SITE)).contains(route("site", 3, "a"));
  }

  @Test
  void discardedEntryMakesRoomForASmallerEpoch() {
    index.offer(route("site", 9, "foreign"));

    index.discard(route("site", 9, "whatever it said"));

    assertThat(index.get(SITE)).isEmpty();
    assertThat(index.offer(route("site", 5, "true"))).isTrue();
    assertThat(index.get(SITE)).contains(route("site", 5, "true"));
  }

  @Test
  void discardLeavesAnotherEpochAlone() {
    index.offer(route("site", 9, "a"));

    index.discard(route("site", 8, "a"));
    index.discard(route("site", 10, "a"));
    index.discard(route("other", 9, "a"));

    assertThat(index.get(SITE)).contains(route("site", 9, "a"));
  }

  @Test
  void resourcesAreApart() {
    index.offer(route("site", 9, "a"));

    assertThat(index.offer(route("site-2", 1, "b"))).isTrue();
    assertThat(index.get(SITE)).contains(route("site", 9, "a"));
    assertThat(index.get(new ResourceName("site-2"))).contains(route("site-2", 1, "b"));
  }

  @Test
  void ofRacingOffersTheGreatestStays() throws Exception {
    List<Callable<Boolean>> racers = new ArrayList<>();
    for (int racer = 0; racer < RACERS; racer++) {
      List<Long> epochs = new ArrayList<>();
      for (long epoch = 1; epoch <= OFFERS; epoch++) {
        epochs.add(epoch);
      }
      Collections.shuffle(epochs, new Random(racer));
      racers.add(() -> {
        long seen = 0;
        boolean wentBack = false;
        for (long epoch : epochs) {
          index.offer(route("site", epoch, "a"));
          long now = index.get(SITE).orElseThrow().epoch().value();
          wentBack |= now < seen;
          seen = now;
        }
        return wentBack;
      });
    }
    List<Future<Boolean>> wentBack;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      wentBack = threads.invokeAll(racers);
    }

    for (Future<Boolean> racer : wentBack) {
      assertThat(racer.get()).as("the index went back").isFalse();
    }
    assertThat(index.get(SITE)).contains(route("site", OFFERS, "a"));
  }
}
