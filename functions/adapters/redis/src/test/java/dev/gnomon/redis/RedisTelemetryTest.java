package dev.gnomon.redis;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.probes.Standing;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.telemetry.SeriesStates;
import dev.gnomon.verification.routes.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What telemetry leaves in Redis, and what becomes of it when Redis is away.
class RedisTelemetryTest {
  private static final Subject LOCATION =
      new Subject.OfLocation(new ResourceName("orders"), new CellName("east"));
  private static final SeriesStates.Budget BUDGET =
      new SeriesStates.Budget(10, Duration.ofHours(1));
  private static final StoreIdentity STORE = new StoreIdentity("store-1");

  private RedisServer server;
  private RedisLink link;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    link = Links.connected(server.url() + "?timeout=60s");
  }

  @AfterEach
  void stop() {
    link.close();
    server.close();
  }

  private static Vitals vitals(OptionalDouble health) {
    Instant at = Instant.parse("2026-11-22T10:00:00Z");
    Estimate estimate =
        new Estimate(
            0.25,
            Duration.ofMinutes(30),
            Optional.of(at),
            Optional.empty(),
            0.5,
            List.of(new Estimate.Contribution("errors", 3, 1.5, "errors are up")),
            "robust-1");
    return new Vitals(LOCATION, health, OptionalDouble.of(1.5), Optional.of(estimate), at);
  }

  @Test
  void vitalsComeBackAsTheyWerePosted() {
    RedisVitals board = new RedisVitals(link, () -> STORE, RedisVitals.KEPT);

    board.post(vitals(OptionalDouble.of(0.75)));
    assertThat(board.of(LOCATION)).contains(vitals(OptionalDouble.of(0.75)));
    board.post(vitals(OptionalDouble.empty()));

    assertThat(board.of(LOCATION)).contains(vitals(OptionalDouble.empty()));
    assertThat(board.of(new Subject.OfCell(new CellName("east")))).isEmpty();
    assertThat(
            new RedisVitals(link, () -> new StoreIdentity("other"), RedisVitals.KEPT).of(LOCATION))
        .isEmpty();
  }

  @Test
  void vitalsThatAreNotPostedAgainAreNotKnown() {
    RedisVitals board = new RedisVitals(link, () -> STORE, Duration.ofMillis(20));

    board.post(vitals(OptionalDouble.of(1)));

    await().until(() -> board.of(LOCATION).isEmpty());
  }

  @Test
  void garbageUnderAKeyIsAsNothing() {
    RedisVitals board = new RedisVitals(link, () -> STORE, RedisVitals.KEPT);
    RedisSeriesStates states = new RedisSeriesStates(link, () -> STORE);
    states.store(LOCATION, List.of(new SeriesStates.Entry("a", new byte[] {1}, "g")), BUDGET);
    for (String key : List.of("vitals", "series:a")) {
      link.call(
          RedisLink.Urgency.WRITE,
          redis -> redis.set("gnomon:store-1:{location:orders@east}:" + key, "{\"what\":%"));
    }

    assertThat(board.of(LOCATION)).isEmpty();
    assertThat(states.load(LOCATION, List.of("a")).orElseThrow()).isEmpty();
  }

  private static Standing standing(String vantage) {
    return standing(vantage, Instant.parse("2026-11-22T10:00:00Z"));
  }

  private static Standing standing(String vantage, Instant at) {
    return new Standing(
        new Probed(
            vantage,
            new CellName("east"),
            Probed.Target.STORE,
            at,
            OptionalDouble.empty(),
            Optional.of("connection \"refused\"")),
        at,
        3,
        Optional.of(at));
  }

  @Test
  void standingsOfAllVantagePointsComeBackTheNewestOfEach() {
    RedisProbeBook book = new RedisProbeBook(link, () -> STORE);
    RedisProbeBook ofAnotherProcess = new RedisProbeBook(link, () -> STORE);
    assertThat(book.of(new CellName("east"))).isEmpty();

    book.put(new Standing(standing("west").newest(), Instant.EPOCH, 1, Optional.empty()));
    book.put(standing("west"));
    ofAnotherProcess.put(standing("north"));

    assertThat(book.of(new CellName("east")))
        .containsExactlyInAnyOrder(standing("west"), standing("north"));
    assertThat(book.of(new CellName("west"))).isEmpty();
  }

  @Test
  void namesOfVantagePointsThatComeAndGoDoNotFillRedis() {
    RedisProbeBook book = new RedisProbeBook(link, () -> STORE);

    for (int i = 0; i < 250; i++) {
      book.put(standing("v" + i, Instant.EPOCH.plusSeconds(10L * i)));
    }

    assertThat(book.of(new CellName("east")))
        .hasSizeBetween(1, 100)
        .contains(standing("v249", Instant.EPOCH.plusSeconds(2_490)));
  }

  @Test
  void namesOfVantagePointsDoNotDriveOutThoseThatProbe() {
    RedisProbeBook book = new RedisProbeBook(link, () -> STORE);
    book.put(standing("west"));
    book.put(standing("north"));

    for (int i = 0; i < 250; i++) {
      book.put(standing("v" + i));
    }
    book.put(standing("north"));

    assertThat(book.of(new CellName("east")))
        .hasSize(100)
        .contains(standing("west"), standing("north"));
  }

  @Test
  void everythingExpires() {
    new RedisSeriesStates(link, () -> STORE)
        .store(LOCATION, List.of(new SeriesStates.Entry("a", new byte[] {1}, "g")), BUDGET);
    new RedisVitals(link, () -> STORE, RedisVitals.KEPT).post(vitals(OptionalDouble.of(1)));

    new RedisProbeBook(link, () -> STORE).put(standing("west"));

    Reply<List<String>> keys = link.call(RedisLink.Urgency.READ, redis -> redis.keys("gnomon:*"));
    List<String> all = ((Reply.Answer<List<String>>) keys).value().orElseThrow();

    assertThat(all).hasSize(4);
    for (String key : all) {
      Reply<Long> left = link.call(RedisLink.Urgency.READ, redis -> redis.pttl(key));
      assertThat(((Reply.Answer<Long>) left).value().orElseThrow()).as(key).isPositive();
    }
  }

  @Test
  void aRedisThatIsAwaySaysSoAndNothingIsThrown() {
    RedisSeriesStates states = new RedisSeriesStates(link, () -> STORE);
    RedisVitals board = new RedisVitals(link, () -> STORE, RedisVitals.KEPT);

    server.close();

    await().until(() -> states.load(LOCATION, List.of("a")).isEmpty());
    assertThat(
            states.store(LOCATION, List.of(new SeriesStates.Entry("a", new byte[1], "")), BUDGET))
        .isEmpty();
    assertThat(states.glances(LOCATION)).isEmpty();
    states.forget(LOCATION, List.of("a"));
    board.post(vitals(OptionalDouble.of(1)));
    assertThat(board.of(LOCATION)).isEmpty();
  }
}
