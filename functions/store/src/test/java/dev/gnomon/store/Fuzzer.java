package dev.gnomon.store;

import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.store.blobs.BlobFault;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// Feeds a parser with changed forms of valid inputs and with noise. It may refuse them with a
/// fault of the store, and nothing else may come out: no other exception, no error, no long wait.
public final class Fuzzer {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
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

  private final long seed;
  private final int inputs;

  /// @param inputs how many each parser gets
  public Fuzzer(int inputs) {
    this.seed = Long.getLong("gnomon.seed", System.nanoTime());
    this.inputs = inputs;
    System.out.println("Fuzzer: -Dgnomon.seed=" + seed);
  }

  /// Takes an input or refuses it.
  public interface Parser {
    void parse(byte[] input) throws Exception;
  }

  /// @return how many inputs were taken for valid
  public int run(String name, List<byte[]> valid, Parser parser) {
    int taken = 0;
    for (int i = 0; i < inputs; i++) {
      Random random = new Random(seed * 31 + i);
      byte[] input = i < valid.size() ? valid.get(i) : changed(random, valid);
      byte[] given = input.clone();
      long start = System.nanoTime();
      try {
        parser.parse(given);
        taken++;
      } catch (BlobFault
          | ObjectStoreException
          | DamagedPointException
          | DamagedJournalException e) {
        if (i < valid.size()) {
          throw new AssertionError(name + " refuses a valid input", e);
        }
      } catch (Throwable e) {
        throw new AssertionError(
            "%s with -Dgnomon.seed=%d, input %d: %s"
                .formatted(name, seed, i, HexFormat.of().formatHex(beginning(input))),
            e);
      }
      long nanos = System.nanoTime() - start;
      if (nanos > PATIENCE.toNanos()) {
        throw new AssertionError(
            "%s with -Dgnomon.seed=%d, input %d took %d s"
                .formatted(name, seed, i, nanos / 1_000_000_000));
      }
    }
    return taken;
  }

  private static byte[] beginning(byte[] input) {
    return Arrays.copyOf(input, Math.min(input.length, 500));
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
