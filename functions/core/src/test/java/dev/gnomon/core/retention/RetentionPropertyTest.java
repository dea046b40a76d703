package dev.gnomon.core.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What holds for every history, every clock and every set of rules.
class RetentionPropertyTest {
  private static final int RUNS = 4000;
  private static final Instant NOW = Instant.parse("2030-03-01T10:30:00Z");

  private final long seed = Long.getLong("gnomon.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<PointId, Marks> marks = new HashMap<>();
  private Predicate<Point> suspect = point -> false;

  @Test
  void holdsForEveryHistory() {
    System.out.println("RetentionPropertyTest: -Dgnomon.seed=" + seed);
    for (int run = 0; run < RUNS; run++) {
      marks.clear();
      long suspectFrom = random.nextInt(40);
      suspect = point -> point.id().sequence() >= suspectFrom && point.id().sequence() % 3 == 0;
      List<Point> history = history();
      Keep keep = keep();
      String what = "seed %d run %d: %s".formatted(seed, run, keep);

      Set<PointId> kept = kept(history, keep, NOW);

      neverTheNewestNorWhatIsHeld(history, kept, what);
      moreRulesKeepMore(history, keep, kept, what);
      whatWasDecidedIsDecidedAgain(history, keep, kept, what);
      theOrderDoesNotMatter(history, keep, kept, what);
      aLaterLookLetsNothingBackIn(history, keep, kept, what);
      clocksThatAreAllWrongByDaysDecideTheSame(history, keep, kept, what);
    }
  }

  private void neverTheNewestNorWhatIsHeld(List<Point> history, Set<PointId> kept, String what) {
    if (!history.isEmpty()) {
      assertThat(kept).as(what).contains(history.getLast().id());
    }
    assertThat(kept)
        .as(what)
        .containsAll(
            history.stream()
                .map(Point::id)
                .filter(id -> marks.getOrDefault(id, Marks.NONE).held())
                .toList());
    history.reversed().stream()
        .filter(point -> point.kind().isRegular() && point.consistent() && !point.held())
        .filter(suspect.negate())
        .findFirst()
        .ifPresent(good -> assertThat(kept).as(what).contains(good.id()));
  }

  private void moreRulesKeepMore(List<Point> history, Keep keep, Set<PointId> kept, String what) {
    Keep more =
        new Keep(
            keep.last() + random.nextInt(3),
            keep.hourly() + random.nextInt(3),
            keep.daily() + random.nextInt(3),
            keep.within()
                .map(within -> within.plusHours(random.nextInt(50)))
                .or(() ->
                    random.nextBoolean()
                        ? Optional.of(days(1 + random.nextInt(9)))
                        : Optional.empty()),
            random.nextBoolean() ? union(keep.keepTagged(), "blue") : keep.keepTagged());

    assertThat(kept(history, more, NOW)).as(what + " then " + more).containsAll(kept);
  }

  private void whatWasDecidedIsDecidedAgain(
      List<Point> history, Keep keep, Set<PointId> kept, String what) {
    List<Point> left = history.stream().filter(point -> kept.contains(point.id())).toList();

    assertThat(kept(left, keep, NOW)).as(what).isEqualTo(kept);
  }

  private void theOrderDoesNotMatter(
      List<Point> history, Keep keep, Set<PointId> kept, String what) {
    List<Point> shuffled = new ArrayList<>(history);
    Collections.shuffle(shuffled, random);

    assertThat(kept(shuffled, keep, NOW)).as(what).isEqualTo(kept);
  }

  /// With no new points, time only takes away.
  private void aLaterLookLetsNothingBackIn(
      List<Point> history, Keep keep, Set<PointId> kept, String what) {
    List<Point> past = history.stream().filter(point -> !point.time().isAfter(NOW)).toList();

    assertThat(kept(past, keep, NOW)).as(what).containsAll(kept(past, keep, NOW.plus(days(3))));
  }

  private void clocksThatAreAllWrongByDaysDecideTheSame(
      List<Point> history, Keep keep, Set<PointId> kept, String what) {
    Duration wrong = days(random.nextInt(4000) - 2000);
    List<Point> moved =
        history.stream()
            .map(point ->
                Points.point(
                    point.id().sequence(),
                    point.kind(),
                    point.time().plus(wrong),
                    point.consistent(),
                    point.held()))
            .toList();

    assertThat(kept(moved, keep, NOW.plus(wrong))).as(what + " moved by " + wrong).isEqualTo(kept);
  }

  private Set<PointId> kept(List<Point> points, Keep keep, Instant now) {
    return Retention.decide(points, marks, keep, suspect, now).stream()
        .filter(Verdict::stays)
        .map(Verdict::point)
        .collect(Collectors.toSet());
  }

  /// Points in the order of their numbers; their clock goes forward, jumps and goes back.
  private List<Point> history() {
    List<Point> history = new ArrayList<>();
    Instant time = NOW.minus(days(random.nextInt(60)));
    int points = random.nextInt(40);
    for (long sequence = 1; sequence <= points; sequence++) {
      time =
          switch (random.nextInt(12)) {
            case 0 -> time.minusSeconds(random.nextInt(3 * 86_400));
            case 1 -> time.plus(days(random.nextInt(30)));
            case 2 -> time;
            default -> time.plusSeconds(random.nextInt(4 * 3600));
          };
      PointKind kind = PointKind.values()[random.nextInt(PointKind.values().length)];
      boolean regular = kind.isRegular();
      history.add(
          Points.point(
              sequence, kind, time, random.nextInt(5) > 0, regular && random.nextInt(12) == 0));
      mark(new PointId(Points.SITE, sequence));
    }
    return history;
  }

  private void mark(PointId id) {
    Set<String> tags = new HashSet<>();
    List<Marks.Hold> holds = new ArrayList<>();
    if (random.nextInt(10) == 0) {
      tags.add(random.nextBoolean() ? "blue" : "green");
    }
    if (random.nextInt(15) == 0) {
      holds.add(new Marks.Hold("audit", NOW));
    }
    if (!tags.isEmpty() || !holds.isEmpty()) {
      marks.put(id, new Marks(tags.size() + holds.size(), new TreeSet<>(tags), holds, false));
    }
  }

  private Keep keep() {
    return new Keep(
        1 + random.nextInt(5),
        random.nextInt(6),
        random.nextInt(6),
        random.nextBoolean() ? Optional.of(days(1 + random.nextInt(12))) : Optional.empty(),
        random.nextInt(3) == 0 ? Set.of("green") : Set.of());
  }

  private static Set<String> union(Set<String> some, String one) {
    Set<String> all = new HashSet<>(some);
    all.add(one);
    return all;
  }

  private static Duration days(int days) {
    return Duration.ofDays(days);
  }
}
