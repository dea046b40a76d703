package dev.gnomon.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OutgoingTest {
  @Test
  void idDependsOnTypeAndEffectAlone() {
    var ready = Outgoing.of("updates/u1/ready", new UpdateReady("u1", List.of()));
    var again =
        Outgoing.of(
            "updates/u1/ready", new UpdateReady("u1", List.of(new PointRef("a", "b", "a@1"))));
    var other = Outgoing.of("updates/u2/ready", new UpdateReady("u1", List.of()));
    var otherType = Outgoing.of("updates/u1/ready", new UpdateCompleted("u1"));

    assertThat(ready.id()).isEqualTo(again.id());
    assertThat(ready.id()).isNotEqualTo(other.id()).isNotEqualTo(otherType.id());
    assertThat(UUID.fromString(ready.id()).version()).isEqualTo(5);
    assertThat(UUID.fromString(ready.id()).variant()).isEqualTo(2);
  }

  @Test
  void idsStayTheSameAcrossVersionsOfGnomon() {
    assertThat(Outgoing.of("updates/u1/ready", new UpdateReady("u1", List.of())).id())
        .isEqualTo("32c12100-929e-5da6-a096-24dc9a0e393f");
  }

  @Test
  void correlationIsTheUpdateOrRollbackOfTheDataUnlessGiven() {
    var switched =
        Outgoing.of(
            "routes/site/1",
            new RouteSwitched(
                "site",
                0,
                1,
                RouteSwitched.State.SERVING,
                new RouteSwitched.Place("east", "/srv/site"),
                RouteSwitched.Fenced.NONE,
                "catalogue"));

    assertThat(switched.correlation()).isEmpty();
    assertThat(switched.within("site-e1").correlation()).contains("site-e1");
    assertThat(Outgoing.of("updates/u1/ready", new UpdateReady("u1", List.of())).correlation())
        .contains("u1");
  }
}
