package dev.gnomon.core.automation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AskedTest {
  @Test
  void anApprovedSwitchGoesToTheCellThatWasDecided() {
    RollbackRequest decided =
        new RollbackRequest(
                new Target.OfResource(new ResourceName("site")),
                Optional.empty(),
                Optional.empty(),
                false,
                By.AUTOMATION,
                "outranked",
                Optional.empty())
            .toCell(new CellName("north"));

    RollbackRequest approved =
        Asked.of(decided, List.of(), Instant.EPOCH).request("site-d1", "a person");

    assertThat(approved.toCell()).contains(new CellName("north"));
    assertThat(approved.target()).isEqualTo(decided.target());
  }
}
