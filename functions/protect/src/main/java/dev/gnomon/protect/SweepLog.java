package dev.gnomon.protect;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// Does the pieces of a sweep each on its own: what fails is tried again by the next one, and does
/// not keep the others from being looked after. A problem that stays is said once.
final class SweepLog {
  private static final Logger LOG = Logger.getLogger(SweepLog.class);
  private static final int MAX_REMEMBERED = 1000;

  private final Map<String, String> said = new ConcurrentHashMap<>();

  void attempt(String what, Runnable work) {
    try {
      work.run();
      said.remove(what);
    } catch (RuntimeException e) {
      waits(what, String.valueOf(e.getMessage()));
    }
  }

  void waits(String what, String reason) {
    if (said.size() >= MAX_REMEMBERED) {
      said.clear();
    }
    boolean known = reason.equals(said.put(what, reason));
    LOG.logf(
        known ? Logger.Level.DEBUG : Logger.Level.WARN, "sweep: %s has to wait: %s", what, reason);
  }
}
