package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Following;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.JournalUpkeep;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What could be read of one shadow.
record ShadowDraft(
    Section at,
    Optional<CellName> cell,
    Optional<ShadowType> type,
    Optional<Duration> every,
    Optional<Path> replica,
    Optional<Compression> compression,
    JournalUpkeep.Rules journal,
    Optional<Following> following) {
  private static final String CONTINUOUS = "continuous";

  static ShadowDraft read(Section at) {
    Optional<ShadowType> type =
        at.has("type")
            ? at.at("type").choice(ShadowType.class)
            : Optional.of(ShadowType.DIFFERENTIAL);
    boolean continuous = at.at("every").text().filter(CONTINUOUS::equals).isPresent();
    return new ShadowDraft(
        at,
        at.at("cell").value(CellName::new),
        type,
        continuous ? at.at("points").at("every").duration() : at.at("every").duration(),
        at.at("replica").path(),
        at.has("compression")
            ? at.at("compression").choice(Compression.class)
            : Optional.of(Compression.ZSTD),
        journal(at),
        continuous
            ? Optional.of(at.at("verify").duration().map(Following::new).orElse(Following.DEFAULT))
            : Optional.empty());
  }

  /// The key that says how often points are taken.
  Section interval() {
    return following.isPresent() ? at.at("points").at("every") : at.at("every");
  }

  boolean isFull() {
    return type.filter(type -> type == ShadowType.FULL).isPresent();
  }

  /// @param resource whose shadow it is
  /// @param cells all of the catalogue
  ShadowSpec build(ResourceName resource, List<Cell> cells) {
    ShadowSpec spec =
        new ShadowSpec(
            cell.orElseThrow(),
            type.orElseThrow(),
            every,
            replica,
            compression.orElseThrow(),
            journal,
            following);
    boolean objects = isFull() && replica.isEmpty();
    return cells.stream()
        .filter(one -> objects && one.name().equals(spec.cell()))
        .flatMap(one -> one.serving(resource).stream())
        .findFirst()
        .map(spec::served)
        .orElse(spec);
  }

  /// Values of the wrong form were reported; the default stands for them here.
  private static JournalUpkeep.Rules journal(Section at) {
    JournalUpkeep.Rules standard = JournalUpkeep.Rules.DEFAULT;
    Section segment = at.at("segment");
    return new JournalUpkeep.Rules(
        segment.at("size").value(ShadowDraft::segmentBytes).orElse(standard.segmentBytes()),
        segment.at("every").duration().orElse(standard.segmentEvery()),
        at.at("compactEvery")
            .number()
            .filter(n -> n >= 1)
            .map(n -> (long) n)
            .orElse(standard.compactWrites()),
        at.at("retain").duration().orElse(standard.retain()),
        at.at("settle").duration().orElse(standard.settle()));
  }

  private static long segmentBytes(String text) {
    int number = Integer.parseInt(text.substring(0, text.length() - 3));
    long bytes = (long) number << (text.endsWith("KiB") ? 10 : 20);
    if (bytes > JournalUpkeep.Rules.MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "expected at most %dMiB, found '%s'"
              .formatted(JournalUpkeep.Rules.MAX_SEGMENT_BYTES >> 20, text));
    }
    return bytes;
  }
}
