package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.State;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rollbacks to moments that are killed, delivered late or asked for again.
class MomentRepeatTest extends JournaledSite {
  @ParameterizedTest
  @ValueSource(strings = {"intent", "fence", "undo", "restore", "validate", "release", "done"})
  void killedAfterAStepItEndsComplete(String step) throws IOException {
    Good good = goodAndBad();
    world.haltAfter = step;

    Throwable killed = catchThrowable(() -> world.rollback(to(named("time", good))));
    world.restart();
    world.sweep();

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(tree()).isEqualTo(good.tree());
    assertThat(moments()).hasSize(1);
    assertThat(world.open()).isEmpty();
    assertThat(world.told(Fact.RollbackCompleted.class)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "store/jobs/moment, false",
    "store/jobs/moment, true",
    "store/points/site, false",
    "store/points/site, true",
    "open/rollbacks, false",
    "open/rollbacks, true",
    "rollbacks/site, false"
  })
  void killedWhileThePointIsMadeItIsFoundByTheNextRequest(String name, boolean after)
      throws IOException {
    Good good = goodAndBad();
    Runnable kill =
        () -> {
          throw new Killed(name);
        };
    if (after) {
      hooked.afterCreating(one -> one.startsWith(name), kill);
    } else {
      hooked.beforeCreating(one -> one.startsWith(name), kill);
    }

    Throwable killed = catchThrowable(() -> world.rollback(to(named("time", good))));
    world.restart();
    String id = world.rolledBack(to(named("time", good)));

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(tree()).isEqualTo(good.tree());
    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(moments()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"store/jobs/moment", "store/points/site", "open/rollbacks", "rollbacks/site"})
  void aDeliveryThatIsLateWhereTheMomentIsMadeChangesNothing(String name) throws IOException {
    Good good = goodAndBad();
    RollbackRequest request = to(named("time", good)).askedBy("event-1");
    Map<CellName, ObjectStore> cells = new LinkedHashMap<>(world.objects);
    cells.put(World.WEST, west);
    World other = new World(root, cells);
    other.resources.addAll(world.resources);
    other.restart();
    hooked.beforeCreating(
        one -> one.startsWith(name),
        () -> {
          other.rolledBack(request);
          other.write(file("dir0/file0"), "of a user");
        });

    Begun late = world.rollbacks.begin(request);
    world.rollbacks.advance("site-e1", Optional.empty());
    world.deliver();

    assertThat(late).isEqualTo(new Begun.Accepted("site-e1"));
    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(file("dir0/file0")).hasContent("of a user");
    assertThat(moments()).hasSize(1);
  }

  @Test
  void theSameRequestJoinsAndTheSameEventFindsWhatItBegan() throws IOException {
    Good good = goodAndBad();
    RollbackRequest request = to(named("time", good));
    Begun first = world.rollbacks.begin(request.askedBy("event-1"));
    Begun joined = world.rollbacks.begin(request);
    world.rollbacks.advance("site-e1", Optional.empty());
    world.deliver();
    Begun again = world.rollbacks.begin(request.askedBy("event-1"));

    assertThat(first).isEqualTo(new Begun.Accepted("site-e1"));
    assertThat(joined).isEqualTo(new Begun.Joined("site-e1", false));
    assertThat(again).isEqualTo(first);
    assertThat(moments()).hasSize(1);
  }
}
