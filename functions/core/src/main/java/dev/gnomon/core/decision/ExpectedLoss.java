package dev.gnomon.core.decision;

import static java.util.Comparator.comparingDouble;

import dev.gnomon.core.catalogue.Prices;
import dev.gnomon.core.decision.Weighing.Cost;
import dev.gnomon.core.decision.Weighing.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The expected cost of each option (ADR 26; the principle of Bayes risk, Berger 1985, chapter 1).
/// With the probability p, the weight w of the priority, the seconds L until the failure, the
/// seconds D of writes since the point, the prices of [Prices] and the seconds a of an option:
///
/// | option | expected cost |
/// |---|---|
/// | STAY | p w (reaction + best rollback's seconds + lostWrites (D + L)) |
/// | PRE_STAGE | preStage + work a + p w (reaction + best + lostWrites (L + (1 - freshCopyUse) D)) |
/// | SWITCH | w (a + writesSetAside D + away) + (1 - p) falseSwitch |
/// | SWITCH_AND_RESTORE | w (a + writesSetAside D + return) + work repair + (1 - p) falseSwitch |
/// | RESTORE | w (a + writesSetAside D) + (1 - p) falseSwitch |
///
/// Whatever the numbers: a greater p never makes STAY better against another option, a greater w
/// never makes the others worse once one of them is better than STAY, and no cost is NaN. Pure.
public final class ExpectedLoss {
  /// How long a return keeps a resource frozen while what was written on the shadow is brought
  /// over, seconds.
  static final double RETURN_FREEZE_SECONDS = 2;

  private final Prices prices;

  public ExpectedLoss(Prices prices) {
    this.prices = prices;
  }

  /// @param costs of the options that are open, the least intrusive first
  public record Weighed(List<Cost> costs, Option chosen, String why) {
    public Weighed {
      costs = List.copyOf(costs);
    }
  }

  public Weighed of(Outlook outlook) {
    return switch (outlook.likelihood()) {
      case Likelihood.Known(double probability) -> known(outlook, probability);
      case Likelihood.Inconclusive(String why) -> stay("it is inconclusive: " + why);
      case Likelihood.Missing(String why) -> stay("it is missing: " + why);
    };
  }

  private static Weighed stay(String why) {
    return new Weighed(List.of(), Option.STAY, "how likely a failure is, is not known; " + why);
  }

  private Weighed known(Outlook outlook, double p) {
    List<Cost> costs = new ArrayList<>();
    for (Option option : Option.values()) {
      boolean open =
          outlook.closed().stream().noneMatch(closed -> closed.option() == option)
              && (option.mode().isEmpty() || outlook.efforts().containsKey(option));
      if (open || option == Option.STAY) {
        costs.add(cost(option, outlook, p));
      }
    }
    // The first of equal ones: the least intrusive.
    Cost least = costs.stream().min(comparingDouble(Cost::total)).orElseThrow();
    String others =
        String.join(
            ", ",
            costs.stream()
                .filter(cost -> cost.option() != least.option())
                .map(cost -> name(cost.option()) + " " + number(cost.total()))
                .toList());
    return new Weighed(
        costs,
        least.option(),
        "%s is expected to cost least, %s s of outage at priority normal%s"
            .formatted(
                name(least.option()),
                number(least.total()),
                others.isEmpty() ? "" : " (" + others + ")"));
  }

  private Cost cost(Option option, Outlook outlook, double p) {
    return switch (option) {
      case STAY -> sum(option, failing(outlook, p, 1), Optional.empty());
      case PRE_STAGE -> preStage(outlook, p);
      case SWITCH, SWITCH_AND_RESTORE, RESTORE -> rollback(option, outlook, p);
    };
  }

  /// What a failure costs that comes while nothing was done.
  ///
  /// @param stale share of the writes since the point that is lost beside those until the failure
  private List<Term> failing(Outlook outlook, double p, double stale) {
    double best = outlook.efforts().values().stream().mapToDouble(Effort::seconds).min().orElse(0);
    double outage = seconds(prices.reaction()) + best;
    double lost = outlook.leadSeconds() + stale * outlook.lossSeconds();
    double w = outlook.weight();
    return List.of(
        new Term(
            "outage",
            p * w * outage,
            "p %s x weight %s x %s s until somebody acted and it serves again"
                .formatted(number(p), number(w), number(outage))),
        new Term(
            "lost writes",
            p * w * prices.lostWrites() * lost,
            "p %s x weight %s x %s for each of %s s of writes"
                .formatted(number(p), number(w), number(prices.lostWrites()), number(lost))));
  }

  private Cost preStage(Outlook outlook, double p) {
    Effort effort = outlook.staging();
    List<Term> terms = new ArrayList<>();
    terms.add(
        new Term(
            "work",
            seconds(prices.preStage()) + prices.work() * effort.seconds(),
            "%s s for a shadow out of turn, %s for each of %s s of copying"
                .formatted(
                    number(seconds(prices.preStage())),
                    number(prices.work()),
                    number(effort.seconds()))));
    terms.addAll(failing(outlook, p, 1 - prices.freshCopyUse()));
    return sum(Option.PRE_STAGE, terms, Optional.of(effort));
  }

  private Cost rollback(Option option, Outlook outlook, double p) {
    Effort effort = outlook.efforts().getOrDefault(option, new Effort(0, ""));
    double w = outlook.weight();
    List<Term> terms = new ArrayList<>();
    terms.add(
        new Term(
            "outage",
            w * effort.seconds(),
            "weight %s x %s s until it serves again"
                .formatted(number(w), number(effort.seconds()))));
    terms.add(
        new Term(
            "writes set aside",
            w * prices.writesSetAside() * outlook.lossSeconds(),
            "weight %s x %s for each of %s s of writes since the point"
                .formatted(
                    number(w), number(prices.writesSetAside()), number(outlook.lossSeconds()))));
    terms.add(
        new Term(
            "false switch",
            (1 - p) * seconds(prices.falseSwitch()),
            "1 - p = %s x %s s".formatted(number(1 - p), number(seconds(prices.falseSwitch())))));
    if (option == Option.SWITCH) {
      terms.add(
          new Term(
              "away",
              w * seconds(prices.away()),
              "weight %s x %s s for being served from the shadow until a person ends it"
                  .formatted(number(w), number(seconds(prices.away())))));
    }
    if (option == Option.SWITCH_AND_RESTORE) {
      double repair = outlook.returning().map(Effort::seconds).orElse(0.0);
      terms.add(
          new Term(
              "return",
              w * RETURN_FREEZE_SECONDS + prices.work() * repair,
              "weight %s x %s s frozen for the return, %s for each of %s s of repair"
                  .formatted(
                      number(w),
                      number(RETURN_FREEZE_SECONDS),
                      number(prices.work()),
                      number(repair))));
    }
    return sum(option, terms, Optional.of(effort));
  }

  private static Cost sum(Option option, List<Term> terms, Optional<Effort> effort) {
    return new Cost(option, terms.stream().mapToDouble(Term::cost).sum(), terms, effort);
  }

  private static double seconds(Duration duration) {
    return Math.min(duration.toMillis() / 1000.0, Effort.MAX_SECONDS);
  }

  /// As people read it: three decimals at most.
  static String number(double value) {
    String text = String.format(Locale.ROOT, value < 100 ? "%.3f" : "%.1f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  /// As people write it.
  public static String name(Option option) {
    return option.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
