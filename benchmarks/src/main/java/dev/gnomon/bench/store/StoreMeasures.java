package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Comparison;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.journal.UndoRounds;
import dev.gnomon.bench.peers.Rclone;
import dev.gnomon.bench.peers.Restic;
import dev.gnomon.bench.peers.Rustic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is measured of a store, and what ours has to reach.
final class StoreMeasures {
  static final String FIRST = "first-shadow";
  static final String UNCHANGED = "unchanged";
  static final String UNCHANGED_COLD = "unchanged-cold";
  static final String ONE_PERCENT = "one-percent";
  static final String ONE_PERCENT_BYTES = "one-percent-bytes";
  static final String ROLLBACK_CONTENT = "rollback-content";
  static final String ROLLBACK_TRUST_STAT = "rollback-trust-stat";
  static final String FULL_RESTORE = "full-restore";
  static final String STORED = "stored-bytes";
  static final String PEAK_MEMORY = "peak-memory";
  static final String FULL_SYNC = "full-sync";
  static final String FULL_LAG = "full-lag";
  static final String FULL_LAG_P99 = "full-lag-p99";

  private static final Set<String> OF_REPLICAS = Set.of(FULL_SYNC, FULL_LAG, FULL_LAG_P99);
  private static final Set<String> OF_JOURNALS = Set.of(UndoRounds.COLD, UndoRounds.IN_SERVICE);

  /// Of the measures on another store than a directory.
  static final String ON_S3 = "-s3";

  private static final double COLD_SECONDS = 3;
  private static final double PEAK_MEBIBYTES = 512;
  private static final double LAG_SECONDS = 1;
  private static final double UNDO_SECONDS = 1;
  private static final double TENTH_MORE = 1 / 1.1;
  private static final double TWENTIETH_MORE = 1 / 1.05;

  private static final String SERVICE =
      "unchanged: gnomon's is a capture by a process that captured before, as a service does, median"
          + " of three; the peers' is the whole process of unchanged-cold";
  private static final String RESTIC_RESTORES_ALL =
      "rollback-content, rollback-trust-stat: restic 0.14 does not restore in place; its figure is"
          + " its full restore into an empty directory";
  private static final String PLAIN_COPY =
      "rollback-trust-stat: rclone syncs from a plain copy of the tree, which is no rollback point";

  private StoreMeasures() {}

  static List<Measure> onDirectories() {
    return List.of(
        time(FIRST, wanted(Restic.NAME, 2), wanted(Rustic.NAME, 1.3)),
        time(UNCHANGED, wanted(Restic.NAME, 2, SERVICE), wanted(Rustic.NAME, 1)),
        time(UNCHANGED_COLD, shown(Restic.NAME), shown(Rustic.NAME)).target(COLD_SECONDS),
        time(ONE_PERCENT, wanted(Restic.NAME, 2), wanted(Rustic.NAME, 1)),
        bytes(ONE_PERCENT_BYTES, wanted(Restic.NAME, TENTH_MORE), wanted(Rustic.NAME, TENTH_MORE)),
        time(ROLLBACK_CONTENT, wanted(Restic.NAME, 4, RESTIC_RESTORES_ALL), wanted(Rustic.NAME, 2)),
        time(
            ROLLBACK_TRUST_STAT,
            wanted(Restic.NAME, 8),
            wanted(Rustic.NAME, 1.5),
            wanted(Rclone.NAME, 1, PLAIN_COPY)),
        time(FULL_RESTORE, wanted(Restic.NAME, 1.5), wanted(Rustic.NAME, 1.5)),
        bytes(STORED, wanted(Restic.NAME, TWENTIETH_MORE), shown(Rustic.NAME)),
        of(PEAK_MEMORY, Unit.MEBIBYTES, shown(Restic.NAME), shown(Rustic.NAME))
            .target(PEAK_MEBIBYTES),
        time(FULL_SYNC, wanted(Rclone.NAME, 1)),
        time(FULL_LAG).target(LAG_SECONDS),
        time(FULL_LAG_P99),
        time(UndoRounds.COLD).target(UNDO_SECONDS),
        time(UndoRounds.IN_SERVICE).target(UNDO_SECONDS));
  }

  static boolean isOfReplicas(String measure) {
    return OF_REPLICAS.contains(measure);
  }

  static boolean isOfJournals(String measure) {
    return OF_JOURNALS.contains(measure);
  }

  static boolean isOfStores(String measure) {
    return !isOfReplicas(measure) && !isOfJournals(measure);
  }

  /// Shown beside the others; no targets.
  static List<Measure> onS3() {
    List<Measure> measures = new ArrayList<>();
    for (String name :
        List.of(
            FIRST,
            UNCHANGED,
            UNCHANGED_COLD,
            ONE_PERCENT,
            ROLLBACK_CONTENT,
            ROLLBACK_TRUST_STAT,
            FULL_RESTORE)) {
      measures.add(time(name + ON_S3, shown(Restic.NAME + ON_S3), shown(Rustic.NAME + ON_S3)));
    }
    measures.add(
        bytes(ONE_PERCENT_BYTES + ON_S3, shown(Restic.NAME + ON_S3), shown(Rustic.NAME + ON_S3)));
    measures.add(bytes(STORED + ON_S3, shown(Restic.NAME + ON_S3), shown(Rustic.NAME + ON_S3)));
    measures.add(
        of(
            PEAK_MEMORY + ON_S3,
            Unit.MEBIBYTES,
            shown(Restic.NAME + ON_S3),
            shown(Rustic.NAME + ON_S3)));
    return measures;
  }

  private static Measure time(String name, Comparison... comparisons) {
    return of(name, Unit.SECONDS, comparisons);
  }

  private static Measure bytes(String name, Comparison... comparisons) {
    return of(name, Unit.BYTES, comparisons);
  }

  private static Measure of(String name, Unit unit, Comparison... comparisons) {
    Measure measure = Measure.of(name, unit);
    for (Comparison comparison : comparisons) {
      measure = measure.against(comparison);
    }
    return measure;
  }

  private static Comparison shown(String peer) {
    return new Comparison(peer, Optional.empty(), Optional.empty());
  }

  private static Comparison wanted(String peer, double least) {
    return new Comparison(peer, Optional.of(least), Optional.empty());
  }

  private static Comparison wanted(String peer, double least, String note) {
    return new Comparison(peer, Optional.of(least), Optional.of(note));
  }
}
