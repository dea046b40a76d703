package dev.gnomon.protect.webhooks;

import static dev.gnomon.protect.webhooks.Fixture.KEY;
import static dev.gnomon.protect.webhooks.HookScene.SECONDS;
import static dev.gnomon.protect.webhooks.HookScene.deployment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForgetDeliveriesTest {
  private final HookScene scene = new HookScene();
  private Duration later = Duration.ZERO;
  private int deletes = Integer.MAX_VALUE;

  /// The store, some time later and killed after so many deletes.
  private final ObjectStore store =
      new ForwardingObjectStore(scene.store) {
        @Override
        public Instant time() {
          return super.time().plus(later);
        }

        @Override
        public void delete(Collection<ObjectName> names) {
          if (deletes-- <= 0) {
            throw new IllegalStateException("killed");
          }
          super.delete(names);
        }
      };

  private final ForgetDeliveries forget =
      new ForgetDeliveries(store, scene.openWork(), HookScene.ALL);

  private List<String> names() {
    List<String> names = new ArrayList<>();
    scene.store.names().stream()
        .map(ObjectName::value)
        .filter(name -> name.startsWith("webhooks/"))
        .forEach(names::add);
    return names;
  }

  @Test
  void whatNobodyNeedsAnyMoreIsForgottenAndNotBefore() {
    scene.webhooks().receive("ci", deployment("d-1").hook());
    scene.script("{\"id\":\"one\",\"service\":\"orders\"}");
    List<String> before = names();
    later = ForgetDeliveries.KEPT.minusMinutes(1);
    forget.sweep();
    assertThat(names()).isEqualTo(before).hasSize(5);

    later = ForgetDeliveries.KEPT.plusMinutes(1);
    forget.sweep();

    assertThat(names()).isEmpty();
  }

  @Test
  void aDeliveryWhoseForgettingWasCutOffIsStillKnown() {
    Answer first = scene.script("{\"id\":\"one\",\"service\":\"orders\"}");
    later = ForgetDeliveries.KEPT.plusMinutes(1);
    deletes = 1;
    assertThat(catchThrowable(forget::sweep)).isNotNull();
    assertThat(names()).singleElement().asString().endsWith("/received");

    Answer again =
        scene
            .webhooks()
            .receive(
                "script",
                Fixture.generic("{\"id\":\"one\",\"service\":\"orders\"}", SECONDS, KEY).hook());

    assertThat(again).isEqualTo(first);
    assertThat(scene.sent)
        .extracting(event -> event.id())
        .hasSize(2)
        .containsOnly(scene.sent.peek().id());
  }

  @Test
  void whatWasNotSentYetIsKept() {
    scene.haltAfter = "webhook";
    assertThat(catchThrowable(() -> scene.script("{\"id\":\"one\",\"service\":\"orders\"}")))
        .isNotNull();
    later = ForgetDeliveries.KEPT.plusMinutes(1);
    forget.sweep();
    assertThat(names()).singleElement().asString().endsWith("/received");
    assertThat(scene.openWork().open(OpenWork.Kind.WEBHOOKS)).hasSize(1);
  }

  @Test
  void aSweepLooksAtOnePageAndTheNextOneGoesOn() {
    List<Optional<ObjectName>> asked = new ArrayList<>();
    ObjectStore pages =
        new ForwardingObjectStore(scene.store) {
          @Override
          public ObjectPage list(String prefix, Optional<ObjectName> after, int limit) {
            asked.add(after);
            return super.list(prefix, after, 2);
          }
        };
    scene.script("{\"id\":\"one\",\"service\":\"orders\"}");
    scene.script("{\"id\":\"two\",\"service\":\"orders\"}");
    ForgetDeliveries paged = new ForgetDeliveries(pages, scene.openWork(), List.of());
    for (int i = 0; i < 3; i++) {
      paged.sweep();
    }
    assertThat(asked).hasSize(3);
    assertThat(asked.get(1)).isPresent();
    assertThat(asked.get(2)).isNotEqualTo(asked.get(1));
  }
}
