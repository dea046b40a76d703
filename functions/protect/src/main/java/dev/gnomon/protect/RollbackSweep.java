package dev.gnomon.protect;

import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.protect.webhooks.HookLog;

/// What a sweep of `/rollback` goes on with. A rollback that can't go on, such as one with a
/// damaged record, keeps no webhook from being sent, and the other way round.
record RollbackSweep(Rollbacks rollbacks, HookLog hooks) {
  void run() {
    Faults faults = new Faults();
    faults.keep(rollbacks::sweep);
    faults.keep(hooks::sweep);
    faults.raise();
  }
}
