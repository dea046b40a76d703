package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.Decision.Action;
import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A person's word on a decision that waits for it.
class ApprovalsTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private World world;
  private Map<String, String> good;
  private Decision decision;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(clock));
    world.resource("site", RollbackMode.RESTORE);
    world.change("site", "automation", Automation.APPROVE);
    Worlds.fill(world, "site", "good");
    world.restart();
    world.shadow("site");
    good = world.tree("site");
    clock.forward(Duration.ofMinutes(1));
    Worlds.damage(world, "site");
    decision = waiting("p1", clock.instant());
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private Decision waiting(String event, Instant onset) {
    assertThat(predict(event, onset)).isEmpty();
    Decision waits = world.decisions.newest(List.of(SITE), 1).getFirst();
    assertThat(waits.action()).isEqualTo(Action.WAITS_FOR_APPROVAL);
    return waits;
  }

  private java.util.Set<String> predict(String event, Instant onset) {
    return Worlds.predict(
        world,
        new Prediction(List.of(SITE), onset, onset.plusSeconds(60), 0.9, List.of("x"), event));
  }

  private String approve(Decision which) {
    return world.approvals.approve(
        which.id().orElseThrow(), which.asked().orElseThrow().evidence(), "alice", false);
  }

  private void refused(Decision which, String why) {
    assertThatThrownBy(() -> approve(which)).isInstanceOf(Refusal.class).hasMessageContaining(why);
    assertThat(world.views.newest(10)).allMatch(member -> !member.rollback().equals("site-e1"));
  }

  private void carryOn(String rollback) {
    world.rollbacks.advance(rollback, Optional.empty());
    world.deliver();
  }

  @Test
  void anApprovedDecisionIsCarriedOutAsItStood() {
    clock.forward(Duration.ofMinutes(5));

    carryOn(approve(decision));

    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.approvals.of("site-d1").given().orElseThrow().by()).isEqualTo("alice");
    assertThat(world.approvals.of("site-d1").outcome().orElseThrow().rollback())
        .contains("site-e1");
    assertThat(world.views.of("site-e1").orElseThrow().resources().getFirst().why())
        .contains("approved by alice");
    assertThat(world.open()).isEmpty();
  }

  private Answer button(Queue<Runnable> later) {
    ApprovalLinks links =
        new ApprovalLinks(world.catalogue, Optional.empty(), name -> Optional.empty());
    return new ApprovalPages(links, world.decisions, world.approvals, world.rollbacks, later::add)
        .approved("site-d1", decision.asked().orElseThrow().evidence());
  }

  @Test
  void theButtonAnswersWhereToLookBeforeTheRollbackHasGoneOn() {
    Queue<Runnable> later = new ArrayDeque<>();

    Answer answer = button(later);

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.headers()).containsEntry("Location", "/rollbacks/site-e1");
    assertThat(world.views.of("site-e1")).isPresent();
    assertThat(world.tree("site")).isNotEqualTo(good);
    later.remove().run();
    world.deliver();
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(later).isEmpty();
  }

  @Test
  void whatAKillAfterTheAnswerLeftIsCarriedOnByASweep() {
    Answer answer = button(new ArrayDeque<>());
    assertThat(answer.status()).isEqualTo(202);
    world.restart();

    world.rollbacks.sweep();
    world.deliver();

    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void theSameApprovalAgainFindsItsRollbackAlsoAfterItsEnd() {
    carryOn(approve(decision));

    assertThat(approve(decision)).isEqualTo("site-e1");
    assertThat(world.route("site").epoch().value()).isEqualTo(3);
  }

  @Test
  void anApprovalForOtherEvidenceIsRefused() {
    Decision forged = decision;
    assertThatThrownBy(() ->
            world.approvals.approve(forged.id().orElseThrow(), "0".repeat(64), "mallory", false))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("rests on evidence");
    assertThat(world.approvals.of("site-d1").given()).isEmpty();
  }

  @Test
  void anExpiredDecisionCanNotBeApproved() {
    clock.forward(Duration.ofMinutes(15));

    refused(decision, "could be approved until");
  }

  @Test
  void aDecisionIsNotCurrentOnceTheRouteHasMoved() {
    world.rolledBack(World.to("site", Optional.empty(), Optional.empty()));

    assertThatThrownBy(() -> approve(decision))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is not current")
        .hasMessageContaining("epoch");
  }

  @Test
  void aDecisionIsNotCurrentOnceANewerOneWasMade() {
    world.change("site", "automation", Automation.OBSERVE);
    world.restart();
    predict("p2", clock.instant());

    refused(decision, "site-d2 was made");
  }

  @Test
  void aDecisionIsNotCurrentAfterAnUndo() {
    carryOn(approve(decision));
    clock.forward(Duration.ofMinutes(1));
    Decision second = waiting("p2", clock.instant());
    world.rolledBack(World.undo("site-e1"));

    assertThatThrownBy(() -> approve(second))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is not current");
  }

  @Test
  void nothingIsApprovedWhileAllIsPaused() {
    world.pause.set(true, "a person");

    refused(decision, "paused");
  }

  @Test
  void whatDoesNotWaitCanNotBeApproved() {
    world.change("site", "automation", Automation.OBSERVE);
    world.restart();
    predict("p2", clock.instant());

    assertThatThrownBy(() -> world.approvals.approve("site-d2", "0".repeat(64), "alice", false))
        .hasMessageContaining("does not wait for anybody");
    assertThatThrownBy(() -> world.approvals.approve("site-d9", "0".repeat(64), "alice", false))
        .hasMessageContaining("there is no decision 'site-d9'");
  }

  @Test
  void approvalsThatRaceBeginOneRollback() throws Exception {
    ConcurrentLinkedQueue<String> begun = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
    List<Thread> racers =
        java.util.stream.IntStream.range(0, 4)
            .mapToObj(i ->
                Thread.ofVirtual()
                    .unstarted(() -> {
                      try {
                        begun.add(approve(decision));
                      } catch (RuntimeException e) {
                        faults.add(e);
                      }
                    }))
            .toList();
    racers.forEach(Thread::start);
    for (Thread racer : racers) {
      racer.join();
    }

    assertThat(faults).isEmpty();
    assertThat(begun).hasSize(4).containsOnly("site-e1");
    carryOn("site-e1");
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.told(dev.gnomon.core.facts.Fact.RollbackStarted.class)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"approval", "intent", "approved"})
  void anApprovalThatWasKilledIsTakenUpByTheSweep(String step) {
    world.haltAfter = step;
    catchThrowable(() -> approve(decision));
    assertThat(world.openWork.open(OpenWork.Kind.APPROVALS)).containsExactly("site-d1");
    world.restart();

    world.sweep();

    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.open()).isEmpty();
    assertThat(world.approvals.of("site-d1").outcome().orElseThrow().rollback())
        .contains("site-e1");
  }

  @Test
  void oneDecisionWaitsForAsLongAsItCanBeApprovedThenAnother() {
    Instant onset = clock.instant();
    predict("again", onset.minusSeconds(1));
    assertThat(world.decisions.newest(List.of(SITE), 10)).hasSize(1);
    clock.forward(Duration.ofMinutes(16));

    predict("late", onset.minusSeconds(1));

    assertThat(world.decisions.newest(List.of(SITE), 10)).hasSize(2);
    carryOn(approve(world.decisions.newest(List.of(SITE), 1).getFirst()));
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void theHashCoversEverythingThatTheDecisionSays() {
    clock.forward(Duration.ofSeconds(1));
    Decision other = waiting("p9", clock.instant());

    assertThat(other.asked().orElseThrow().evidence())
        .isNotEqualTo(decision.asked().orElseThrow().evidence());
  }

  private void killedAfterTheWordWasGiven() {
    world.haltAfter = "approval";
    catchThrowable(() -> approve(decision));
    world.restart();
  }

  @Test
  void whatWasApprovedDoesNotBeginOnceTheRouteHasMoved() {
    killedAfterTheWordWasGiven();
    world.rolledBack(World.to("site", Optional.empty(), Optional.empty()));
    long epoch = world.route("site").epoch().value();
    world.write(world.location("site").resolve("since"), "what was written since");

    world.sweep();

    assertThat(world.route("site").epoch().value()).isEqualTo(epoch);
    assertThat(world.tree("site")).containsKey("since");
    assertThat(world.approvals.of("site-d1").outcome().orElseThrow().refused())
        .hasValueSatisfying(why -> assertThat(why).contains("not current any more", "epoch"));
    assertThat(world.openWork.open(OpenWork.Kind.APPROVALS)).isEmpty();
  }

  @Test
  void whatWasApprovedDoesNotBeginWhileAllIsPaused() {
    killedAfterTheWordWasGiven();
    world.pause.set(true, "a person");

    world.sweep();

    assertThat(world.views.of("site-e1")).isEmpty();
    world.pause.set(false, "a person");
    world.sweep();
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void whatWasApprovedLongAgoDoesNotBeginAnyMore() {
    killedAfterTheWordWasGiven();
    clock.forward(Duration.ofMinutes(11));

    world.sweep();

    assertThat(world.views.of("site-e1")).isEmpty();
    assertThat(world.approvals.of("site-d1").outcome().orElseThrow().refused())
        .hasValueSatisfying(why -> assertThat(why).contains("too late"));
    assertThat(world.open()).isEmpty();
  }

  @Test
  void aDecisionWhoseRecordWasAlteredIsNotApproved() {
    InMemoryObjectStore control = (InMemoryObjectStore) world.objects.get(World.WEST);
    control.damage(
        ObjectName.of("decisions", SITE, Answers.key("p1")),
        bytes ->
            new String(bytes, StandardCharsets.UTF_8)
                .replace("\"mode\":\"restore\"", "\"mode\":\"switch\"")
                .getBytes(StandardCharsets.UTF_8));

    refused(decision, "was altered");
  }

  @Test
  void anEarlierOnsetWithAnotherPointAsksAnew() {
    clock.forward(Duration.ofMinutes(10));
    world.shadow("site");
    clock.forward(Duration.ofMinutes(1));
    Decision first = waiting("p2", clock.instant());

    Decision second = waiting("p3", clock.instant().minus(Duration.ofMinutes(5)));

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThatThrownBy(() -> approve(first)).hasMessageContaining("is not current");
    carryOn(approve(second));
    assertThat(world.tree("site")).as("from before the earlier onset").isEqualTo(good);
  }
}
