package dev.gnomon.bench.micro;

import dev.gnomon.bench.work.MadeUp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Two reads of memory of which the second is told by the first, in as much memory as the table of
/// so many places takes: what any table of slots and entries costs at least.
public class MemoryReads extends Timed {
  private static final int BYTES_OF_AN_ENTRY = 52;

  @Param({"1000000", "10000000"})
  public int entries;

  private long[] memory = new long[0];
  private long asked;

  @Setup(Level.Trial)
  public void fill() {
    memory = new long[(int) ((long) entries * BYTES_OF_AN_ENTRY / Long.BYTES)];
    for (int i = 0; i < memory.length; i++) {
      memory[i] = MadeUp.mixed(i);
    }
  }

  @Benchmark
  public long two() {
    return at(at(MadeUp.mixed(++asked)));
  }

  private long at(long number) {
    return memory[(int) Long.remainderUnsigned(number, memory.length)];
  }
}
