package dev.gnomon.bench.garbage;

import dev.gnomon.bench.work.PeakMemory;
import dev.gnomon.bench.work.Trees;
import dev.gnomon.core.control.Json;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.garbage.GarbagePlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// `gnomon bench garbage --chunks N [--json]`: plans one collection of a store of so many chunks in
/// this process and says how long it took, how much memory the process had at most, and how much
/// disk its working files took. The time includes making the index objects and trees up.
public final class GarbageBench {
  public static final String NAME = "garbage";

  /// One line about what it measures.
  public static final String SUMMARY = "one collection of a store of N made-up chunks: --chunks N";

  private static final Duration LOOK = Duration.ofMillis(200);

  private GarbageBench() {}

  public static int run(List<String> words, PrintStream out) throws Exception {
    Optional<GarbageOptions> asked = GarbageOptions.parse(words, out);
    if (asked.isEmpty()) {
      return 0;
    }
    long chunks = asked.get().chunks();
    SyntheticStore store = new SyntheticStore(chunks);
    AtomicLong scratch = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    Thread looking = Thread.ofPlatform().daemon().start(() -> look(scratch, done));
    long start = System.nanoTime();
    GarbagePlan plan = ShadowStores.open(store).upkeep().planCollection();
    double seconds = (System.nanoTime() - start) / 1e9;
    done.set(true);
    looking.join();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("chunks", store.chunks());
    result.put("packs", plan.packs());
    result.put("deadPacks", plan.condemn().size());
    result.put("seconds", seconds);
    result.put("peakMemoryMiB", Math.round(PeakMemory.ofThisProcess().orElse(-1)));
    result.put("heapLimitMiB", Runtime.getRuntime().maxMemory() >> 20);
    result.put("workingFilesMiB", scratch.get() >> 20);
    result.put("bytesOnDiskAChunk", (double) scratch.get() / store.chunks());
    if (asked.get().json()) {
      out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result));
    } else {
      result.forEach((name, value) ->
          out.println(
              value instanceof Double number
                  ? String.format(Locale.ROOT, "%-18s %.1f", name, number)
                  : String.format(Locale.ROOT, "%-18s %s", name, value)));
    }
    return 0;
  }

  /// Until it is done, the greatest size of the working files.
  private static void look(AtomicLong greatest, AtomicBoolean done) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    while (!done.get()) {
      greatest.accumulateAndGet(scratchBytes(temporary), Math::max);
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static long scratchBytes(Path temporary) {
    long bytes = 0;
    try (DirectoryStream<Path> scratches =
        Files.newDirectoryStream(temporary, "gnomon-scratch-*")) {
      for (Path scratch : scratches) {
        bytes += Trees.size(scratch).bytes();
      }
    } catch (IOException | DirectoryIteratorException e) {
      // a file went while it was looked at
    }
    return bytes;
  }
}
