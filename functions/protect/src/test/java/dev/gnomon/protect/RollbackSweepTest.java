package dev.gnomon.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.OpenWork.Kind;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.events.Outgoing;
import dev.gnomon.protect.webhooks.ForgetDeliveries;
import dev.gnomon.protect.webhooks.HookLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One kind of open work does not hold up the other.
class RollbackSweepTest {
  private static final String TAKEN =
      """
      {"attempt":"a1","time":"2026-01-01T00:00:00Z","record":{"delivery":"d-1","content":null,"with":null,
       "wanted":[{"resource":"site","onset":"2026-01-01T00:00:00Z","reason":"it failed","evidence":["7 of 40 fail"]}],
       "time":"2026-01-01T00:00:00Z"}}
      """;

  @TempDir Path root;
  private World world;

  @BeforeEach
  void install() {
    world = new World(root, Worlds.cells(new SettableClock()));
    world.resource("site", RollbackMode.RESTORE);
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void stored(String name, String content) {
    world
        .objects
        .get(world.catalogue.control())
        .create(new ObjectName(name), content.getBytes(UTF_8));
  }

  @Test
  void aDamagedRollbackDoesNotKeepAWebhookThatWasTakenFromBeingSent() {
    world.openWork.opened(Kind.ROLLBACKS, "site-e1");
    stored("rollbacks/site/00000000000000000001/intent", "damaged");
    world.openWork.opened(Kind.WEBHOOKS, "ci/k1");
    stored("webhooks/ci/k1/received", TAKEN);
    List<Outgoing> sent = new ArrayList<>();
    HookLog hooks = new HookLog(world.records, world.openWork, step -> {}, sent::add);

    ForgetDeliveries old =
        new ForgetDeliveries(
            world.objects.get(world.catalogue.control()), world.openWork, List.of());

    assertThatThrownBy(() -> new RollbackSweep(world.rollbacks, world.approvals, hooks, old).run())
        .isInstanceOf(ObjectStoreException.class);

    assertThat(sent).hasSize(1);
    assertThat(world.openWork.open(Kind.WEBHOOKS)).isEmpty();
    assertThat(world.openWork.open(Kind.ROLLBACKS)).containsExactly("site-e1");
  }
}
