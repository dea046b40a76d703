package dev.gnomon.protect;

import dev.gnomon.core.automation.Approvals;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.protect.webhooks.ForgetDeliveries;
import dev.gnomon.protect.webhooks.HookLog;
import java.util.Optional;

/// What a sweep of `/rollback` goes on with. A rollback that can't go on, such as one with a
/// damaged record, keeps no approval from being carried out and no webhook from being sent, nor the
/// other way round.
record RollbackSweep(
    Rollbacks rollbacks, Approvals approvals, HookLog hooks, ForgetDeliveries old) {
  void run() {
    Faults faults = new Faults();
    faults.keep(rollbacks::sweep);
    faults.keep(() -> approvals.sweep(rollback -> rollbacks.advance(rollback, Optional.empty())));
    faults.keep(hooks::sweep);
    faults.keep(old::sweep);
    faults.raise();
  }
}
