package dev.gnomon.bench.cuts;

import com.github.luben.zstd.Zstd;
import dev.gnomon.bench.cuts.Tally.Choice;
import dev.gnomon.local.cli.Failure;
import dev.gnomon.store.blobs.FastCdc;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `gnomon bench cuts DIR...`: stores trees, one after another, into nothing, by several sizes of
/// chunks and levels of Zstandard, and prints what would be stored and what it costs. Several trees
/// are taken for versions of one.
///
/// Times are those of one thread on the processor, so other work on the machine changes them
/// little; reading is not in them.
public final class CutTable {
  public static final String NAME = "cuts";

  /// One line about what it measures.
  public static final String SUMMARY =
      "what sizes of chunks and levels of compression would store of these trees: DIR...";

  private static final int AVERAGE_BYTES = 512 << 10;
  private static final int LEVEL = 2;

  private CutTable() {}

  /// @param directories trees, the older version first
  public static void run(List<String> directories, PrintStream out) throws IOException {
    if (directories.isEmpty()) {
      throw Failure.wrongUse("bench cuts DIR...: which trees?");
    }
    List<Path> trees = new ArrayList<>();
    for (String directory : directories) {
      Path tree = Path.of(directory);
      if (!Files.isDirectory(tree)) {
        throw Failure.wrongUse("'%s' is not a directory".formatted(directory));
      }
      trees.add(tree);
    }
    Zstd.compress(new byte[1], LEVEL); // loads the library
    out.println(
        "| chunks (min-average-max, n) | level | chunks stored | dedup MiB | stored MiB | cut MB/s |"
            + " hash MB/s | compress MB/s | all MB/s |");
    out.println("|---|---|---|---|---|---|---|---|---|");
    for (Choice choice : choices()) {
      Tally tally = new Tally(choice);
      for (Path tree : trees) {
        tally.take(tree);
      }
      out.println(tally.row());
      out.flush();
    }
  }

  private static List<Choice> choices() {
    List<Choice> choices = new ArrayList<>();
    for (int average : new int[] {256 << 10, 512 << 10, 1 << 20, 2 << 20}) {
      choices.add(choice(average, 2, 4, 2, LEVEL));
    }
    choices.add(choice(AVERAGE_BYTES, 4, 4, 2, LEVEL));
    choices.add(choice(AVERAGE_BYTES, 2, 8, 2, LEVEL));
    choices.add(choice(AVERAGE_BYTES, 2, 4, 1, LEVEL));
    choices.add(choice(AVERAGE_BYTES, 2, 4, 3, LEVEL));
    for (int level : new int[] {-1, 1, 3, 4, 6}) {
      choices.add(choice(AVERAGE_BYTES, 2, 4, 2, level));
    }
    return choices;
  }

  private static Choice choice(int average, int below, int above, int normalisation, int level) {
    return new Choice(
        new FastCdc(average / below, average, average * above).withNormalisation(normalisation),
        normalisation,
        level);
  }
}
