package dev.gnomon.filesystem.mirror;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What one call of a mirror did. Thread-safe.
final class Tally {
  /// Beyond it everything is compared again instead.
  private static final int MAX_UNSETTLED = 10_000;

  private final List<Change> unsettled = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();
  private long written;
  private long bytes;
  private long deleted;
  private long damaged;
  private long keptBack;
  private long faultCount;
  private long oldestChange = Long.MAX_VALUE;

  synchronized void wrote(Stat source, long moreBytes) {
    written++;
    bytes += moreBytes;
    changed(source);
  }

  /// The entry, or what is below it, was brought over now.
  synchronized void changed(Stat source) {
    oldestChange = Math.min(oldestChange, TimeUnit.NANOSECONDS.toMillis(source.ctimeNanos()));
  }

  synchronized void deleted(long files) {
    deleted += files;
  }

  synchronized void damaged(String path) {
    damaged++;
  }

  synchronized void unsettled(Change change) {
    if (unsettled.size() >= MAX_UNSETTLED) {
      unsettled.clear();
      unsettled.add(Change.EVERYTHING);
    } else if (!unsettled.contains(Change.EVERYTHING)) {
      unsettled.add(change);
    }
  }

  synchronized void keptBack(long files) {
    keptBack += files;
  }

  /// Work on one path.
  interface Work {
    void run() throws IOException;
  }

  /// Does some work; what fails keeps nothing else from being done.
  void attempt(String path, Work work) {
    try {
      work.run();
    } catch (CallFailed e) {
      if (e.isGone()) {
        unsettled(Change.below(path)); // taken away while it was looked at
      } else {
        failed(path, e);
      }
    } catch (IOException e) {
      failed(path, e);
    }
  }

  private synchronized void failed(String path, IOException cause) {
    faultCount++;
    if (faults.size() < Brought.MAX_LISTED) {
      faults.add("'%s': %s".formatted(RawName.display(path), cause.getMessage()));
    }
  }

  synchronized void refused(String what) {
    if (refusals.size() < Brought.MAX_LISTED && !refusals.contains(what)) {
      refusals.add(what);
    }
  }

  synchronized Brought brought(boolean finished, long files) {
    return new Brought(
        finished,
        files,
        written,
        bytes,
        deleted,
        damaged,
        unsettled,
        keptBack,
        faults,
        faultCount,
        refusals,
        oldestChange);
  }
}
