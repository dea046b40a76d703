package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.catalogue.Following;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.CellName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What could be read of one shadow.
record ShadowDraft(
    Section at,
    Optional<CellName> cell,
    Optional<ShadowType> type,
    Optional<Duration> every,
    Optional<Path> replica,
    Optional<Compression> compression,
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
        continuous
            ? Optional.of(at.at("verify").duration().map(Following::new).orElse(Following.DEFAULT))
            : Optional.empty());
  }

  /// The key that says how often points are taken.
  Section interval() {
    return following.isPresent() ? at.at("points").at("every") : at.at("every");
  }

  ShadowSpec build() {
    return new ShadowSpec(
        cell.orElseThrow(),
        type.orElseThrow(),
        every,
        replica,
        compression.orElseThrow(),
        following);
  }
}
