package dev.gnomon.bench.scenarios;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.probes.Probed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/// Two probing processes for each of the cells that serve, in other cells. Not thread-safe.
final class Vantages {
  /// The slowest that `gnomon probe` asks.
  static final int EVERY_SECONDS = 20;

  private final Random random;

  Vantages(long seed) {
    this.random = new Random(seed);
  }

  /// What all of them find at a time.
  List<Probed> look(Strain strain, Instant time) {
    List<Probed> all = new ArrayList<>();
    boolean home = strain.dead || strain.storeGone;
    for (String vantage : List.of("hub", "west")) {
      if (!(vantage.equals("west") && strain.shadowGone)) {
        all.add(probe(vantage, Shop.EAST, home || strain.blind.contains(vantage), time));
      }
    }
    for (String vantage : List.of("hub", "east")) {
      if (!(vantage.equals("east") && strain.dead)) {
        all.add(probe(vantage, Shop.WEST, strain.shadowGone, time));
      }
    }
    return all;
  }

  private Probed probe(String vantage, CellName cell, boolean fails, Instant time) {
    double seconds = 0.004 * Math.exp(0.25 * random.nextGaussian());
    return new Probed(
        vantage,
        cell,
        Probed.Target.STORE,
        time,
        fails ? OptionalDouble.empty() : OptionalDouble.of(seconds),
        fails ? Optional.of("no answer within 2 s") : Optional.empty());
  }
}
