package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.catalogue.MeritWeights;
import java.time.Duration;

/// What could be read of how merit is reckoned.
record MeritDraft(Section at) {
  /// Values that the schema can't judge; before [#build].
  void check() {
    Duration halfLife = halfLife();
    Duration recovery = recovery();
    for (String name : new String[] {"for", "lagCap", "returnWithin"}) {
      at.at(name).duration();
    }
    at.at("block").at("within").duration();
    Section back = at.at("return");
    if (proves().compareTo(departuresWithin()) > 0) {
      back.at(back.has("proves") ? "proves" : "within")
          .error(
              "expected merit.return.proves to be at most merit.return.within, found proves %s and within %s"
                  .formatted(proves(), departuresWithin()));
    }
    if (recovery.compareTo(halfLife.multipliedBy(2)) < 0) {
      at.at(at.has("recovery") ? "recovery" : "halfLife")
          .error(
              "expected a recovery of at least twice the halfLife, found recovery %s and halfLife %s"
                  .formatted(recovery, halfLife));
    }
  }

  /// Only for a draft in which no mistake was found.
  MeritPolicy build() {
    MeritPolicy standard = MeritPolicy.DEFAULT;
    Section block = at.at("block");
    Section back = at.at("return");
    return new MeritPolicy(
        weights(),
        halfLife(),
        recovery(),
        at.at("gap").decimal().orElse(standard.gap()),
        at.at("for").duration().orElse(standard.sustained()),
        at.at("lagCap").duration().orElse(standard.lagCap()),
        block.at("switches").number().orElse(standard.switches()),
        block.at("within").duration().orElse(standard.within()),
        at.at("returnWithin").duration().orElse(standard.returnWithin()),
        proves(),
        back.at("departures").number().orElse(standard.departures()),
        departuresWithin());
  }

  private MeritWeights weights() {
    Section weights = at.at("weights");
    MeritWeights standard = MeritWeights.DEFAULT;
    return new MeritWeights(
        weights.at("health").decimal().orElse(standard.health()),
        weights.at("latency").decimal().orElse(standard.latency()),
        weights.at("freshness").decimal().orElse(standard.freshness()),
        weights.at("prediction").decimal().orElse(standard.prediction()),
        weights.at("cost").decimal().orElse(standard.cost()));
  }

  private Duration proves() {
    return at.at("return").at("proves").duration().orElse(MeritPolicy.DEFAULT.proves());
  }

  private Duration departuresWithin() {
    return at.at("return").at("within").duration().orElse(MeritPolicy.DEFAULT.departuresWithin());
  }

  private Duration halfLife() {
    return at.at("halfLife").duration().orElse(MeritPolicy.DEFAULT.halfLife());
  }

  private Duration recovery() {
    return at.at("recovery").duration().orElse(MeritPolicy.DEFAULT.recovery());
  }
}
