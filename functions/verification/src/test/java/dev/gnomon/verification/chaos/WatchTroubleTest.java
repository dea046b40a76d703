package dev.gnomon.verification.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Experiment.Expected;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.KilledHere;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.chaos.TroubledCheckpoint;
import dev.gnomon.core.chaos.WatchTrouble;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WatchTroubleTest {
  private static final CellName EAST = new CellName("east");
  private static final Trouble GONE = new Trouble.Partition(EAST);

  private final ChaosWorld world = new ChaosWorld();
  private final Injected injected = new Injected(world.clock::nanos);
  private final WatchTrouble watch = new WatchTrouble(world.records, injected, "one");

  static List<Trouble> troubles() {
    return List.of(
        new Trouble.Latency(EAST, Duration.ofMillis(5), 0.5),
        new Trouble.Errors(EAST, 0.5),
        GONE,
        new Trouble.CorruptReads(EAST, 1),
        new Trouble.ClockSkew(EAST, Duration.ofMinutes(-1)),
        new Trouble.SlowRedis(Duration.ofSeconds(1)),
        new Trouble.DeadRedis(),
        new Trouble.KilledFunction("fence", 3),
        new Trouble.DuplicateEvents(0.2),
        new Trouble.ReorderedEvents(0.2, Duration.ofSeconds(2)),
        new Trouble.LostEvents(0.1));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void everyTroubleIsStoredAndReadAsItIs(Trouble trouble) throws Exception {
    ObjectMapper json = Json.MAPPER;
    Experiment experiment =
        new Experiment("x", "x", trouble, Duration.ofSeconds(9), Expected.DEFAULT, "me");
    String text = json.writeValueAsString(experiment);
    assertThat(json.readValue(text, Experiment.class)).isEqualTo(experiment);
    assertThat(text).contains("\"kind\"");
    assertThat(trouble.says()).isNotBlank();
  }

  @Test
  void aProcessSuffersWhatBeganUntilItsTimeIsOver() {
    watch.look();
    assertThat(injected.now()).isEmpty();
    world.begin("x", GONE, Duration.ofSeconds(20));

    watch.look();
    assertThat(injected.now()).contains(GONE);
    for (int second = 0; second < 19; second++) {
      world.clock.forward(Duration.ofSeconds(1));
      watch.look();
      assertThat(injected.now()).isPresent();
    }
    world.clock.forward(Duration.ofSeconds(1));

    watch.look();
    assertThat(injected.now()).isEmpty();
    assertThat(world.names()).anyMatch(name -> name.endsWith("x/processes/one/lifted"));
  }

  @Test
  void aStopEndsItAtTheNextLook() {
    world.begin("x", GONE, Duration.ofSeconds(20));
    watch.look();
    world.run.stop("x", "me", "enough");
    watch.look();
    assertThat(injected.now()).isEmpty();
  }

  @Test
  void troubleThatNobodyCouldStopAnyMoreLapses() {
    world.begin("x", GONE, Duration.ofMinutes(20));
    watch.look();
    world.faults.goAway();
    world.clock.forward(WatchTrouble.LEASE.minusMillis(1));
    assertThat(injected.now()).isPresent();
    org.assertj.core.api.Assertions.assertThatThrownBy(watch::look)
        .isInstanceOfSatisfying(
            dev.gnomon.core.objects.ObjectStoreException.class,
            e -> assertThat(e.kind()).isEqualTo(Kind.TRANSIENT));
    world.clock.forward(Duration.ofMillis(1));
    assertThat(injected.now()).isEmpty();
  }

  @Test
  void aProcessThatIsStartedAnewGoesOnWithItOrNotAtAll() {
    world.begin("x", GONE, Duration.ofSeconds(20));
    watch.look();
    Injected other = new Injected(world.clock::nanos);
    WatchTrouble restarted = new WatchTrouble(world.records, other, "two");
    restarted.look();
    assertThat(other.now()).contains(GONE);
    world.clock.forward(Duration.ofSeconds(20));
    Injected late = new Injected(world.clock::nanos);
    new WatchTrouble(world.records, late, "three").look();
    assertThat(late.now()).isEmpty();
    assertThat(world.names()).noneMatch(name -> name.contains("/three/"));
  }

  @Test
  void whoOnlyReadsSuffersTheSameAndWritesNothing() {
    world.begin("x", GONE, Duration.ofSeconds(20));
    List<String> before = world.names();
    WatchTrouble reader = WatchTrouble.readingOnly(world.records, injected);
    reader.look();
    assertThat(injected.now()).contains(GONE);
    world.clock.forward(Duration.ofSeconds(20));
    reader.look();
    assertThat(injected.now()).isEmpty();
    assertThat(world.names()).isEqualTo(before);
  }

  @Test
  void withoutAnExperimentALookIsOneSmallQuestion() {
    world.begin("x", GONE, Duration.ofSeconds(1));
    world.clock.forward(Duration.ofSeconds(2));
    watch.look();
    long before = world.calls.get();
    watch.look();
    assertThat(world.calls.get() - before).isEqualTo(1);
  }

  @Test
  void workIsKilledAsOftenAsItSaysWhicheverProcessDoesIt() {
    Trouble kill = new Trouble.KilledFunction("fence", 2);
    world.begin("x", kill, Duration.ofSeconds(20));
    watch.look();
    List<Checkpoint> processes =
        IntStream.range(0, 2)
            .<Checkpoint>mapToObj(
                i -> new TroubledCheckpoint(Checkpoint.NONE, injected, world.records::claimKill))
            .toList();
    int killed = 0;
    for (int i = 0; i < 6; i++) {
      processes.get(i % 2).reached("undo");
      try {
        processes.get(i % 2).reached("fence");
      } catch (KilledHere e) {
        killed++;
      }
    }
    assertThat(killed).isEqualTo(2);
  }
}
