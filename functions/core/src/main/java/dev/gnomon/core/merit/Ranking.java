package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Appraisal.Role;
import dev.gnomon.core.merit.Standing.Versus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The locations of a resource compared: the serving one, then its candidates, the best first.
///
/// @param tracked what the next ranking goes on from
public record Ranking(
    ResourceName resource, Standing serving, List<Standing> candidates, Tracked tracked) {
  /// Candidates whose merits differ by less are as good as each other: then it counts which one can
  /// serve at once.
  public static final double ALIKE = 0.02;

  /// Not watched for longer than this, nothing has lasted without a break.
  static final Duration MAX_PAUSE = Trust.MAX_STEP;

  public Ranking {
    candidates = List.copyOf(candidates);
  }

  /// What is known of a location that is compared.
  ///
  /// @param excluded why automation may not go there, for reasons of its own
  /// @param measured up to when what is known of it says something; empty: nothing is
  public record Place(
      CellName cell, Inputs inputs, Optional<String> excluded, Optional<Instant> measured) {}

  /// A pure function of its arguments.
  ///
  /// @param places candidates in the order of the catalogue
  /// @param before empty if nothing is remembered
  /// @param now of every time that is compared
  public static Ranking of(
      ResourceName resource,
      Place serving,
      List<Place> places,
      Optional<Tracked> before,
      MeritPolicy policy,
      MeritWeights weights,
      Instant now) {
    Tracked old =
        before.orElseGet(() -> new Tracked(resource, serving.cell(), Map.of(), Map.of(), now));
    boolean watched =
        old.serving().equals(serving.cell())
            && !now.isBefore(old.at())
            && Duration.between(old.at(), now).compareTo(MAX_PAUSE) <= 0;
    Map<CellName, Trust> trusts = new LinkedHashMap<>();
    Map<CellName, Instant> leads = new LinkedHashMap<>();
    Trust trust = trust(old, serving, now, policy);
    trusts.put(serving.cell(), trust);
    Appraisal at = Appraisal.of(serving.inputs(), Role.PRIMARY, weights);
    List<Standing> candidates = new ArrayList<>();
    for (Place place : places) {
      Trust own = trust(old, place, now, policy);
      trusts.put(place.cell(), own);
      Appraisal there = Appraisal.of(place.inputs(), Role.SHADOW, weights);
      Optional<String> excluded = place.excluded().or(() -> tooFar(place.inputs(), policy));
      Optional<Versus> versus = versus(at, trust, there, own);
      Optional<Instant> since =
          excluded.isEmpty()
              ? lead(
                  versus.map(Versus::gap),
                  conduct(at, trust, there, own),
                  watched ? Optional.ofNullable(old.leads().get(place.cell())) : Optional.empty(),
                  policy,
                  now)
              : Optional.empty();
      since.ifPresent(begun -> leads.put(place.cell(), begun));
      candidates.add(
          new Standing(
              place.cell(),
              Role.SHADOW,
              there.merit(own.value()),
              own.value(),
              place.inputs(),
              there,
              excluded,
              versus,
              since,
              since.map(begun -> lasted(begun, serving, place, now))));
    }
    candidates.sort(bestFirst(policy));
    Standing first =
        new Standing(
            serving.cell(),
            Role.PRIMARY,
            at.merit(trust.value()),
            trust.value(),
            serving.inputs(),
            at,
            serving.excluded(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new Ranking(
        resource, first, candidates, new Tracked(resource, serving.cell(), trusts, leads, now));
  }

  /// What was measured speaks for the time up to when it was: looking at it again adds nothing.
  private static Trust trust(Tracked old, Place place, Instant now, MeritPolicy policy) {
    Instant measured = place.measured().filter(time -> time.isBefore(now)).orElse(now);
    return old.trust(place.cell(), measured).after(place.inputs().health(), measured, policy);
  }

  /// Up to when both places were measured, by clocks of others, which may be ahead.
  private static Duration lasted(Instant begun, Place serving, Place place, Instant now) {
    Instant measured =
        Stream.concat(serving.measured().stream(), place.measured().stream())
            .min(Comparator.naturalOrder())
            .orElse(begun);
    Instant end = measured.isBefore(now) ? measured : now;
    return end.isBefore(begun) ? Duration.ZERO : Duration.between(begun, end);
  }

  private static Optional<String> tooFar(Inputs inputs, MeritPolicy policy) {
    if (inputs.lag().isEmpty()) {
      return Optional.of("it is not known how far it is behind");
    }
    Duration lag = inputs.lag().get();
    return lag.compareTo(policy.lagCap()) > 0
        ? Optional.of(
            "%d s behind, more than merit.lagCap %d s"
                .formatted(lag.toSeconds(), policy.lagCap().toSeconds()))
        : Optional.empty();
  }

  /// A candidate against the one that serves, over what is known of both: what is known of one
  /// alone counts for neither. Empty unless something that is measured of both speaks against the
  /// one that serves.
  private static Optional<Versus> versus(
      Appraisal serving, Trust trust, Appraisal there, Trust own) {
    Set<Factor> common = EnumSet.noneOf(Factor.class);
    common.addAll(serving.known());
    common.retainAll(there.known());
    boolean speaks =
        Standing.CONDUCT.stream()
                .filter(common::contains)
                .anyMatch(factor -> serving.penalty(factor).orElse(0) > 0)
            || (common.contains(Factor.HEALTH) && trust.value() < 1);
    return speaks
        ? Optional.of(
            new Versus(there.over(common, own.value()), serving.over(common, trust.value())))
        : Optional.empty();
  }

  /// By how much a candidate does better, by what is measured of both.
  private static double conduct(Appraisal serving, Trust trust, Appraisal there, Trust own) {
    Set<Factor> common = EnumSet.copyOf(Standing.CONDUCT);
    common.retainAll(serving.known());
    common.retainAll(there.known());
    return there.over(common, own.value()).value() - serving.over(common, trust.value()).value();
  }

  /// Begins above the gap and ends below half of it. At least half of it has to come from how the
  /// places do: a trifle that is measured must not let freshness and cost decide.
  ///
  /// @param conduct the part of the gap that comes from how they do
  private static Optional<Instant> lead(
      Optional<Double> gap,
      double conduct,
      Optional<Instant> since,
      MeritPolicy policy,
      Instant now) {
    double ends = policy.gap() / 2;
    if (gap.isEmpty() || gap.get() <= ends || conduct <= ends / 2) {
      return Optional.empty();
    }
    boolean begins = gap.get() > policy.gap() && conduct > ends;
    return since.or(() -> begins ? Optional.of(now) : Optional.<Instant>empty());
  }

  private static Comparator<Standing> bestFirst(MeritPolicy policy) {
    return Comparator.comparing((Standing standing) -> standing.excluded().isPresent())
        .thenComparing(standing -> standing.repute(policy))
        .thenComparing(
            Comparator.comparing((Standing standing) -> standing.merit().value()).reversed())
        .thenComparing(
            Comparator.comparing((Standing standing) -> standing.appraisal().parts().size())
                .reversed())
        .thenComparing(
            standing -> standing.inputs().lag().orElse(Duration.ofSeconds(Long.MAX_VALUE)));
  }

  /// The candidates that have been ahead for long enough, the best first.
  public List<Standing> outranking(MeritPolicy policy) {
    return candidates.stream()
        .filter(candidate -> candidate.excluded().isEmpty())
        .filter(candidate ->
            candidate
                .ahead()
                .filter(lasted -> lasted.compareTo(policy.sustained()) >= 0)
                .isPresent())
        .toList();
  }

  public Optional<Standing> candidate(CellName cell) {
    return candidates.stream().filter(one -> one.cell().equals(cell)).findFirst();
  }

  /// All of it for people, with the numbers.
  public String sentence() {
    return candidates.stream().map(Standing::sentence).collect(Collectors.joining(", "))
        + "; serving "
        + serving.sentence();
  }
}
