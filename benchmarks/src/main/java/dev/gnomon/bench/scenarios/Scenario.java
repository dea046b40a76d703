package dev.gnomon.bench.scenarios;

import java.util.EnumMap;
import java.util.Map;

/// Something that happens.
///
/// @param says a sentence for people
/// @param expected what a person would want
/// @param minutes from the onset to the end
/// @param history days before the onset in which nothing happens
/// @param returns whether the resource goes home again when its place is repaired
/// @param sign whether anything shows before the failure
public record Scenario(
    String name,
    String says,
    Expected expected,
    int minutes,
    int history,
    boolean returns,
    boolean sign,
    Dials dials,
    Script script) {
  static final int HISTORY_DAYS = (int) Usual.HISTORY_HOURS / 24;

  /// What a person would want.
  public enum Expected {
    /// It fails, and to be served from elsewhere, or from before, ends it.
    SWITCH("switch"),
    /// It fails, and no switch helps.
    WARN("warn"),
    /// Nothing fails: everybody stays where they are.
    STAY("stay");

    private final String text;

    Expected(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  public Scenario {
    if (!name.matches("[a-z0-9-]{1,40}") || minutes < 1 || history < 1) {
      throw new IllegalArgumentException("scenario '%s' is not in its limits".formatted(name));
    }
  }

  boolean fails() {
    return expected != Expected.STAY;
  }

  static Builder of(String name, Expected expected, int minutes, String says) {
    return new Builder(name, says, expected, minutes);
  }

  /// Puts one together.
  static final class Builder {
    private final String name;
    private final String says;
    private final Expected expected;
    private final int minutes;
    private final Map<Dial, Double> dials = new EnumMap<>(Dial.class);
    private int history = HISTORY_DAYS;
    private boolean returns;
    private boolean sign = true;

    private Builder(String name, String says, Expected expected, int minutes) {
      this.name = name;
      this.says = says;
      this.expected = expected;
      this.minutes = minutes;
    }

    Builder with(Dial dial, double value) {
      dials.put(dial, value);
      return this;
    }

    Builder returning() {
      returns = true;
      return this;
    }

    /// Nothing shows before it fails.
    Builder sudden() {
      sign = false;
      return this;
    }

    Builder after(int days) {
      history = days;
      return this;
    }

    Scenario by(Script script) {
      return new Scenario(
          name, says, expected, minutes, history, returns, sign, new Dials(dials), script);
    }
  }
}
