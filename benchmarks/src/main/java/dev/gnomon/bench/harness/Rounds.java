package dev.gnomon.bench.harness;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Trees;
import dev.gnomon.bench.work.Workplace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Lets ours and the peers do the job in turn, several times. Who goes first moves on from round to
/// round, so that nobody always finds what the one before left in the machine's caches.
public final class Rounds {
  public static final int DEFAULT = 3;
  public static final int MAX = 1000;

  /// So often may ours fail before it was measured once: then it's no accident, and rounds are
  /// long.
  private static final int PATIENCE = 2;

  static final String OURS = "gnomon";

  private final Workplace workplace;
  private final Consumer<String> progress;
  private final long enoughBytes;

  /// @param progress takes lines for people: which job starts, which failed
  public Rounds(Workplace workplace, Consumer<String> progress) {
    this(workplace, progress, Trees.MUCH_BYTES);
  }

  /// @param enoughBytes so many that are free on the disk let the directory of a round stay
  Rounds(Workplace workplace, Consumer<String> progress, long enoughBytes) {
    this.workplace = workplace;
    this.progress = progress;
    this.enoughBytes = enoughBytes;
  }

  /// A peer that fails is reported and left out of later rounds. Of ours, a failed round is
  /// reported too.
  ///
  /// @param count 1 to [#MAX]
  /// @throws RoundFailedException if ours was never measured, early if it fails from the start
  /// @throws IOException if the workplace can't be used
  public Tallies run(Contest contest, int count)
      throws RoundFailedException, IOException, InterruptedException {
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    contestants.put(OURS, contest.ours());
    for (Peer peer : contest.peers()) {
      if (peer instanceof Peer.Present present) {
        contestants.put(present.name(), present.contestant());
      }
    }
    Map<String, Tally> tallies = new LinkedHashMap<>();
    contestants.keySet().forEach(name -> tallies.put(name, new Tally()));
    for (int round = 0; round < count; round++) {
      List<String> order = new ArrayList<>(contestants.keySet());
      Collections.rotate(order, -round);
      for (String name : order) {
        Tally tally = tallies.get(name);
        Contestant contestant = contestants.get(name);
        if (tally == null || contestant == null || (!name.equals(OURS) && failed(tally))) {
          continue;
        }
        progress.accept("round %d of %d: %s".formatted(round + 1, count, name));
        runOne(name, contestant, tally);
        boolean last = round == count - 1 || tally.failures().size() == PATIENCE;
        if (name.equals(OURS) && tally.empty() && failed(tally) && last) {
          throw new RoundFailedException(tally.failures().getLast());
        }
      }
    }
    return new Tallies(tallies);
  }

  private static boolean failed(Tally tally) {
    return !tally.failures().isEmpty();
  }

  private void runOne(String name, Contestant contestant, Tally tally)
      throws IOException, InterruptedException {
    Path directory = workplace.fresh(name);
    try {
      tally.add(contestant.round(directory));
    } catch (RoundFailedException e) {
      failed(name, e.text(), tally);
    } catch (IOException e) {
      failed(name, String.valueOf(e), tally);
    } finally {
      remove(directory);
    }
  }

  private void failed(String name, String reason, Tally tally) {
    tally.failed(reason);
    progress.accept(name + " failed: " + reason);
  }

  /// What can't be removed is no reason to lose the figures.
  private void remove(Path directory) {
    try {
      Trees.discard(directory, enoughBytes);
    } catch (IOException e) {
      progress.accept("could not remove " + directory + ": " + e);
    }
  }

  /// What everybody read, by name.
  public static final class Tallies {
    private final Map<String, Tally> byName;

    Tallies(Map<String, Tally> byName) {
      this.byName = Map.copyOf(byName);
    }

    Tally ours() {
      return of(OURS);
    }

    /// Empty for who did not take part.
    Tally of(String name) {
      return byName.getOrDefault(name, new Tally());
    }
  }
}
