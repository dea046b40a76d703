package dev.gnomon.local.stack;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.protect.CellObjects;
import dev.gnomon.protect.IndexLink;
import dev.gnomon.protect.StateDirectory;
import dev.gnomon.protect.Untroubled;
import dev.gnomon.redis.RedisLink;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;

/// What the protect functions stand on.
@Singleton
class ProtectBeans {

  @Produces
  @Singleton
  CellObjects cells(LocalStack stack) {
    return name -> stack.store(name).orElseThrow(() -> new Refusal("unknown cell '" + name + "'"));
  }

  @Produces
  @Singleton
  Untroubled untroubled(LocalStack stack) {
    return stack.untroubled();
  }

  @Produces
  @Singleton
  IndexLink indexLink(RedisLink redis) {
    return new IndexLink(Optional.of(redis));
  }

  @Produces
  @Singleton
  StateDirectory state(LocalStack stack) {
    return new StateDirectory(stack.stateDirectory());
  }
}
