package dev.gnomon.bench.work;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Peak memory of a process and of all that it started: the largest sum of `VmHWM` (high-water mark
/// of resident memory, proc(5)) over the processes that were there at the same time. As pages that
/// processes share count in each of them and marks need not have been reached together, it is an
/// upper bound. What grows after the last sample of a process is missed. Not thread-safe.
public final class PeakMemory {
  private static final Pattern MARK = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB$");

  private final Path proc;
  private long wholeKibibytes;
  private long belowKibibytes;

  PeakMemory() {
    this(Path.of("/proc"));
  }

  PeakMemory(Path proc) {
    this.proc = proc;
  }

  /// Of this process alone, so far, in MiB.
  ///
  /// @return empty where the system doesn't tell
  public static OptionalDouble ofThisProcess() {
    PeakMemory memory = new PeakMemory();
    memory.sample(ProcessHandle.current().pid(), List.of());
    return memory.wholeMebibytes();
  }

  void sample(ProcessHandle top) {
    sample(top.pid(), top.descendants().map(ProcessHandle::pid).toList());
  }

  void sample(long top, List<Long> below) {
    long sum = 0;
    for (long process : below) {
      sum += mark(process).orElse(0);
    }
    belowKibibytes = Math.max(belowKibibytes, sum);
    wholeKibibytes = Math.max(wholeKibibytes, mark(top).orElse(0) + sum);
  }

  /// Of the process with all that it started.
  OptionalDouble wholeMebibytes() {
    return mebibytes(wholeKibibytes);
  }

  /// Of all that it started, without itself.
  OptionalDouble belowMebibytes() {
    return mebibytes(belowKibibytes);
  }

  private static OptionalDouble mebibytes(long kibibytes) {
    return kibibytes == 0 ? OptionalDouble.empty() : OptionalDouble.of(kibibytes / 1024.0);
  }

  /// Empty if the process has ended, or is a kernel thread or a zombie, which have no memory.
  private OptionalLong mark(long process) {
    try {
      Path status = proc.resolve(Long.toString(process)).resolve("status");
      Matcher matcher = MARK.matcher(Files.readString(status, StandardCharsets.ISO_8859_1));
      return matcher.find()
          ? OptionalLong.of(Long.parseLong(matcher.group(1)))
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
