package dev.gnomon.store;

import com.sun.management.ThreadMXBean;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.store.blobs.BlobFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Feeds a parser with changed forms of valid inputs and with noise. It may refuse them with a
/// fault of the store, and nothing else may come out: no other exception, no error, no long wait,
/// no memory that the input does not account for. What fails is said with its seed and its input,
/// as the line that keeps it: kept inputs are fed first, in every run.
public final class Fuzzer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(200);

  /// More than any announced length that is within its limit takes, with all copies of it.
  private static final long MAX_ALLOCATED = 320L << 20;

  private static final int TOLD_FROM = 100_000;
  private static final int MAX_NOISE = 4096;
  private static final int[] ODD = {
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    1 << 20,
    1 << 28,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE - 7
  };
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long seed;
  private final int inputs;
  private final Duration patience;
  private final Map<String, List<byte[]>> kept;
  private final Set<String> fed;

  /// @param inputs how many each parser gets
  /// @param kept resource with inputs that are fed always, a line `parser TAB input in hexadecimal`
  public Fuzzer(int inputs, String kept) {
    this(inputs, lines(kept), PATIENCE);
  }

  /// @param patience how long one input may take
  Fuzzer(int inputs, List<String> kept, Duration patience) {
    this.seed = Long.getLong("gnomon.seed", System.nanoTime());
    this.inputs = inputs;
    this.patience = patience;
    this.fed = new HashSet<>();
    this.kept = new TreeMap<>();
    for (String line : kept) {
      if (!line.isBlank() && !line.startsWith("#")) {
        int tab = line.indexOf('\t');
        this.kept
            .computeIfAbsent(line.substring(0, tab), name -> new ArrayList<>())
            .add(HexFormat.of().parseHex(line.substring(tab + 1).strip()));
      }
    }
    System.out.println("Fuzzer: -Dgnomon.seed=" + seed);
  }

  private static List<String> lines(String resource) {
    try (InputStream in =
        Objects.requireNonNull(Fuzzer.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Takes an input or refuses it.
  public interface Parser {
    void parse(byte[] input) throws Exception;
  }

  /// As [#run], of a form behind whose hashes changed inputs are to be got: some of them have to be
  /// taken for valid.
  public void through(String name, List<byte[]> valid, Parser parser) {
    if (run(name, valid, parser) == 0) {
      throw new AssertionError(
          "%s takes none of %d changed inputs: what lies behind its first checks is not reached"
              .formatted(name, inputs));
    }
  }

  /// @param valid inputs that have to be taken, at least one
  /// @return how many of the changed inputs were taken for valid
  public int run(String name, List<byte[]> valid, Parser parser) {
    if (valid.isEmpty()) {
      throw new AssertionError(name + " is fed with noise only");
    }
    fed.add(name);
    long start = System.nanoTime();
    Work work = new Work(name, valid, parser);
    Thread thread = Thread.ofPlatform().daemon().name("fuzz " + name).start(work);
    try {
      while (!thread.join(LOOK)) {
        if (System.nanoTime() - work.begun > patience.toNanos()) {
          AssertionError hang =
              new AssertionError(work.which() + " goes on for more than " + patience);
          hang.setStackTrace(thread.getStackTrace());
          throw hang;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    if (work.failure != null) {
      throw work.failure;
    }
    if (inputs >= TOLD_FROM) {
      System.out.printf(
          "Fuzzer: %s took %d of %d inputs in %d s%n",
          name, work.taken, inputs, (System.nanoTime() - start) / 1_000_000_000);
    }
    return work.taken;
  }

  /// An input that was kept for a parser that is not there any more is of no use.
  public void requireAllKeptFed() {
    if (!fed.containsAll(kept.keySet())) {
      throw new AssertionError(
          "inputs are kept for %s; there are %s".formatted(kept.keySet(), fed));
    }
  }

  private final class Work implements Runnable {
    private final String name;
    private final List<byte[]> valid;
    private final Parser parser;
    private volatile long begun = System.nanoTime();
    private volatile byte[] input = new byte[0];
    private volatile int number;
    private volatile @Nullable AssertionError failure;
    private int taken;

    Work(String name, List<byte[]> valid, Parser parser) {
      this.name = name;
      this.valid = valid;
      this.parser = parser;
    }

    @Override
    public void run() {
      try {
        for (byte[] known : kept.getOrDefault(name, List.of())) {
          feed(-1, known);
        }
        for (int i = 0; i < inputs; i++) {
          Random random = new Random(seed * 31 + i);
          boolean whole = i < valid.size();
          boolean took = feed(i, whole ? valid.get(i) : changed(random, valid));
          if (whole && !took) {
            throw new AssertionError(name + " refuses a valid input: " + i);
          }
          taken += took && !whole ? 1 : 0;
        }
      } catch (AssertionError e) {
        failure = e;
      } catch (Throwable e) {
        failure = new AssertionError(which(), e);
      }
    }

    private boolean feed(int index, byte[] content) throws Exception {
      number = index;
      input = content;
      begun = System.nanoTime();
      long before = THREADS.getCurrentThreadAllocatedBytes();
      boolean took = true;
      try {
        parser.parse(content.clone());
      } catch (BlobFault
          | ObjectStoreException
          | DamagedPointException
          | DamagedJournalException e) {
        took = false;
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (allocated > MAX_ALLOCATED) {
        throw new AssertionError(which() + " takes " + (allocated >> 20) + " MiB");
      }
      return took;
    }

    /// The seed makes valid inputs again only where these do not have random parts; the line does
    /// always.
    String which() {
      String line = name + "\t" + HexFormat.of().formatHex(input);
      try {
        Files.writeString(
            Path.of("target", "fuzz.txt"),
            line + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        // It is in the message too, as far as it is short.
      }
      return "%s with -Dgnomon.seed=%d, input %d, in target/fuzz.txt the line to keep: %s"
          .formatted(name, seed, number, line.substring(0, Math.min(line.length(), 2000)));
    }
  }

  static byte[] changed(Random random, List<byte[]> valid) {
    if (valid.isEmpty() || random.nextInt(20) == 0) {
      byte[] noise = new byte[random.nextInt(MAX_NOISE)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] input = valid.get(random.nextInt(valid.size())).clone();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      input = changedOnce(random, input, valid);
    }
    return input;
  }

  private static byte[] changedOnce(Random random, byte[] input, List<byte[]> valid) {
    if (input.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(input.length);
    switch (random.nextInt(9)) {
      case 0, 1 -> input[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> input[at] = (byte) random.nextInt();
      case 3 -> {
        return Arrays.copyOf(input, at);
      }
      case 4 -> { // a piece goes
        int length = Math.min(input.length - at, 1 + random.nextInt(16));
        return joined(
            Arrays.copyOf(input, at), Arrays.copyOfRange(input, at + length, input.length));
      }
      case 5 -> { // a piece comes twice
        int to = Math.min(input.length, at + 1 + random.nextInt(64));
        return joined(Arrays.copyOf(input, to), Arrays.copyOfRange(input, at, input.length));
      }
      case 6 -> { // a length that is none
        int odd = ODD[random.nextInt(ODD.length)];
        for (int i = 0; i < 4 && at + i < input.length; i++) {
          input[at + i] = (byte) (odd >>> (24 - 8 * i));
        }
      }
      case 7 -> { // a number that never ends, or nearly
        int length = Math.min(input.length - at, 1 + random.nextInt(10));
        Arrays.fill(input, at, at + length, (byte) 0xff);
      }
      default -> {
        byte[] other = valid.get(random.nextInt(valid.size()));
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return joined(Arrays.copyOf(input, at), Arrays.copyOfRange(other, from, other.length));
      }
    }
    return input;
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }
}
