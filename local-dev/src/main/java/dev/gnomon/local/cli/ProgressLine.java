package dev.gnomon.local.cli;

import dev.gnomon.core.shadow.Progress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Draws how far long work is, on a terminal only; a few times a second at most.
final class ProgressLine implements Progress {
  private static final long PAUSE_NANOS = 200_000_000;
  private static final int WIDTH = 24;

  private final Console console;
  private final String what;
  private final long totalBytes;
  private final long start = System.nanoTime();
  private final LongAdder files = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final AtomicLong drawn = new AtomicLong(start - PAUSE_NANOS);

  /// @param totalBytes 0 if it is not known
  ProgressLine(Console console, String what, long totalBytes) {
    this.console = console;
    this.what = what;
    this.totalBytes = totalBytes;
  }

  @Override
  public void advanced(long moreFiles, long moreBytes) {
    files.add(moreFiles);
    bytes.add(moreBytes);
    long now = System.nanoTime();
    long last = drawn.get();
    if (console.interactive() && now - last > PAUSE_NANOS && drawn.compareAndSet(last, now)) {
      console.progress(text(now));
    }
  }

  void done() {
    console.progress("");
  }

  private String text(long now) {
    double seconds = (now - start) / 1e9;
    String speed = Amounts.bytes((long) (bytes.sum() / Math.max(seconds, 0.001))) + "/s";
    String bar = "";
    if (totalBytes > 0) {
      double share = Math.min(1, (double) bytes.sum() / totalBytes);
      int full = (int) (share * WIDTH);
      bar =
          "[%s%s] %3d%%  "
              .formatted("=".repeat(full), " ".repeat(WIDTH - full), (int) (share * 100));
    }
    return "%s  %s%s, %s, %s"
        .formatted(
            what,
            bar,
            Amounts.count(files.sum(), "file", "files"),
            Amounts.bytes(bytes.sum()),
            speed);
  }
}
