package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.notices.NoticeMeter;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.events.By;
import dev.gnomon.events.EventData;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.Mode;
import dev.gnomon.events.RollbackCompleted;
import dev.gnomon.events.ShadowCreated;
import dev.gnomon.events.ShadowFailed;
import dev.gnomon.events.ShadowKind;
import dev.gnomon.events.UpdateBlocked;
import dev.gnomon.events.UpdateCompleted;
import dev.gnomon.events.UpdateFailed;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Incidents of shadows, updates and cells don't stay open once they are over.
class EpisodeEndsTest {
  private static final NotificationTarget PAGER =
      new NotificationTarget(
          "pager",
          new Channel.PagerDuty(new Secret.Variable("KEY"), URI.create("http://pager")),
          Severity.INFO);

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final Set<String> incidents = new TreeSet<>();
  private int events;
  private World world;
  private TellPeople people;
  private EventNotices notices;
  private EpisodeEnds ends;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    for (String name : List.of("site", "shop")) {
      world.resource(name, RollbackMode.RESTORE);
      Worlds.fill(world, name, "good");
    }
    world.restart();
    NoticeSender sender =
        new NoticeSender() {
          @Override
          public Outcome send(NotificationTarget target, Notice notice) {
            if (notice.action() == Action.TRIGGER) {
              incidents.add(notice.incidentName());
            } else {
              incidents.remove(notice.incidentName());
            }
            return new Outcome.Taken(1);
          }

          @Override
          public String shown(NotificationTarget target, Notice notice) {
            return "";
          }
        };
    people =
        new TellPeople(
            List.of(PAGER),
            world.records,
            world.openWork,
            sender,
            Checkpoint.NONE,
            NoticeMeter.NONE,
            Duration.ofMinutes(1),
            Runnable::run);
    notices = new EventNotices(clock::instant, rollback -> Optional.empty(), Optional.empty());
    ends = new EpisodeEnds(world.catalogue, world.records, world.firstRoutes, people);
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void happens(EventData data) {
    String id = "/source " + events++;
    Instant time = clock.instant();
    notices.of(data, id, time).ifPresent(people::notify);
    ends.of(data, id, time).forEach(people::over);
  }

  private ShadowCreated created(String cell, Instant time) {
    return new ShadowCreated(
        "site",
        cell,
        "site@7",
        ShadowKind.INTERVAL,
        Optional.empty(),
        time,
        1,
        1,
        1,
        "0".repeat(64),
        true,
        0,
        Optional.empty());
  }

  private static ShadowFailed shadowFailed(Optional<String> cell) {
    return new ShadowFailed("site", cell, ShadowKind.INTERVAL, Optional.empty(), "it is full");
  }

  private static RollbackCompleted completed(String rollback, String resource) {
    return new RollbackCompleted(
        rollback, resource, Mode.RESTORE, 1, 3, resource + "@1", Optional.empty(), 0, 0);
  }

  @Test
  void theNextShadowEndsTheTroubleOfItsCellAndOfItsResource() {
    happens(shadowFailed(Optional.of("east")));
    happens(shadowFailed(Optional.of("west")));
    happens(shadowFailed(Optional.empty()));
    assertThat(incidents).containsExactly("shadow/site", "shadow/site/east", "shadow/site/west");

    happens(created("west", clock.instant().minus(Duration.ofMinutes(5))));
    assertThat(incidents).as("that shadow is older").hasSize(3);
    happens(created("west", clock.instant()));

    assertThat(incidents).containsExactly("shadow/site/east");
  }

  @Test
  void shadowsWithoutTroubleAreNotKept() {
    happens(created("west", clock.instant()));

    assertThat(world.records.names("notices/")).isEmpty();
    assertThat(world.records.names("episodes/")).isEmpty();
  }

  static List<EventData> endsOfUpdates() {
    return List.of(new UpdateCompleted("u1"), new UpdateFailed("u1", Optional.empty(), By.PERSON));
  }

  @ParameterizedTest
  @MethodSource("endsOfUpdates")
  void theEndOfAnUpdateEndsItsTrouble(EventData end) {
    happens(new UpdateBlocked("u1", "no shadow", List.of()));
    happens(new UpdateBlocked("u2", "no shadow", List.of()));

    happens(end);

    assertThat(incidents).containsExactly("update/u2");
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void theTroubleOfACellIsOverWhenAllThatItServesWasRolledBack(RollbackMode mode) {
    for (String name : List.of("site", "shop")) {
      world.change(name, "rollback", mode);
    }
    world.restart();
    install(world);
    world.shadow("site");
    world.shadow("shop");
    Worlds.damage(world, "site");
    Worlds.damage(world, "shop");
    clock.forward(Duration.ofMinutes(5));
    happens(
        new FailurePredicted(
            Optional.empty(),
            Optional.of("east"),
            clock.instant(),
            clock.instant(),
            0.9,
            List.of("errors")));
    clock.forward(Duration.ofMinutes(5));

    String first = world.rolledBack(World.to("site", Optional.empty(), Optional.empty()));
    happens(completed(first, "site"));
    assertThat(incidents).containsExactly("cell/east");
    String second = world.rolledBack(World.to("shop", Optional.empty(), Optional.empty()));
    happens(completed(second, "shop"));

    assertThat(incidents).isEmpty();
  }

  private void install(World now) {
    ends = new EpisodeEnds(now.catalogue, now.records, now.firstRoutes, people);
  }
}
