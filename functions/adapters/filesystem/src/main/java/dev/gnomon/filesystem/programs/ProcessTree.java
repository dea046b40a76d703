package dev.gnomon.filesystem.programs;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Ends a process with everything it started: its process group (for children whose parent is gone
/// already) and its descendants (for children that left the group).
final class ProcessTree {
  private static final long KILL_LIMIT_SECONDS = 5;

  private ProcessTree() {}

  /// TERM, then KILL to what is left after the grace time. An interrupt shortens the grace to
  /// nothing and is kept.
  static void end(Process process, Duration grace) {
    Set<ProcessHandle> tree = new LinkedHashSet<>(process.descendants().toList());
    tree.add(process.toHandle());
    signalGroup(process.pid(), "TERM");
    tree.forEach(ProcessHandle::destroy);
    boolean interrupted = Thread.interrupted();
    try {
      if (!interrupted) {
        process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    process.descendants().forEach(tree::add);
    signalGroup(process.pid(), "KILL");
    tree.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// A group is named by its leader; without setsid there is no such group and nothing happens.
  private static void signalGroup(long leader, String signal) {
    try {
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " -" + leader)
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(KILL_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      // No shell to send it with: the descendants get the signal one by one all the same.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
