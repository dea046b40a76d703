package dev.gnomon.core.logs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Mines templates of lines, after Drain: P. He, J. Zhu, Z. Zheng, M. R. Lyu, "Drain: An Online Log
/// Parsing Approach with Fixed Depth Tree", ICWS 2017. Lines go by the number of their tokens and
/// the first one to a leaf, and there to the template they have most in common with, if that is at
/// least half.
///
/// One thing differs: a template does not change once it is met. In Drain its text depends on the
/// order of lines, so two processes, or one before and after a restart, would call it differently.
/// Here the text is its name, and which template takes a line follows from the set of templates
/// alone. That set is shared by a book; a process that meets the same lines in another order may
/// add a sibling, which from then on all processes know. Thread-safe.
public final class Templates {
  /// Of a tree; more lines than that are [Template#OTHER].
  public static final int AT_MOST = 500;

  /// A template that was not met for so long makes room.
  public static final Duration KEPT = Duration.ofDays(7);

  /// As in the paper.
  private static final double SIMILAR_FROM = 0.5;

  private static final Duration READ_EVERY = Duration.ofSeconds(30);
  private static final Duration TOLD_EVERY = Duration.ofHours(1);

  private final TemplateBook book;
  private final Map<Leaf, List<Template>> leaves = new HashMap<>();
  private final Map<String, Instant> told = new HashMap<>();
  private final Set<String> fresh = new HashSet<>();
  private Instant read = Instant.MIN;
  private Instant cleared = Instant.MIN;

  private record Leaf(int tokens, String first) {
    static Leaf of(List<String> tokens) {
      return new Leaf(tokens.size(), tokens.getFirst());
    }
  }

  public Templates(TemplateBook book) {
    this.book = book;
  }

  /// The template of a line, a new one if none fits and there is room.
  public synchronized Template of(String line, Instant now) {
    refresh(now);
    List<String> tokens = Template.of(Masked.of(line)).tokens();
    Optional<Template> known = nearest(tokens);
    if (known.isPresent()) {
      String text = known.get().text();
      if (told.getOrDefault(text, Instant.MIN).isBefore(now.minus(TOLD_EVERY))) {
        told.put(text, now);
        fresh.add(text);
      }
      return known.get();
    }
    if (told.size() >= AT_MOST) {
      makeRoom(now);
    }
    if (told.size() >= AT_MOST) {
      return Template.OTHER;
    }
    Template template = new Template(tokens);
    learn(template, now);
    fresh.add(template.text());
    return template;
  }

  /// Tells the book what was met since the last time.
  public void tell() {
    Set<String> texts;
    synchronized (this) {
      texts = Set.copyOf(fresh);
      fresh.clear();
    }
    if (!texts.isEmpty()) {
      book.met(texts);
    }
  }

  private void refresh(Instant now) {
    if (read.isAfter(now.minus(READ_EVERY))) {
      return;
    }
    read = now;
    for (String text : book.all().orElseGet(Set::of)) {
      if (!told.containsKey(text)
          && told.size() < AT_MOST
          && text.length() <= Template.TEXT_AT_MOST) {
        learn(Template.parse(text), now);
      }
    }
  }

  /// Looked for now and then, since lines that fit nothing may be many.
  private void makeRoom(Instant now) {
    if (cleared.isAfter(now.minus(READ_EVERY))) {
      return;
    }
    cleared = now;
    // What is met is told each hour.
    if (told.values().removeIf(met -> met.isBefore(now.minus(KEPT)))) {
      leaves.values().forEach(some -> some.removeIf(each -> !told.containsKey(each.text())));
      leaves.values().removeIf(List::isEmpty);
    }
  }

  private void learn(Template template, Instant now) {
    told.put(template.text(), now);
    leaves.computeIfAbsent(Leaf.of(template.tokens()), each -> new ArrayList<>()).add(template);
  }

  /// Of two that are as near the one whose text comes first, whoever met which first.
  private Optional<Template> nearest(List<String> tokens) {
    Template best = null;
    double most = SIMILAR_FROM;
    for (Template each : leaves.getOrDefault(Leaf.of(tokens), List.of())) {
      double similarity = each.similarity(tokens);
      if (similarity > most
          || (similarity == most && (best == null || each.text().compareTo(best.text()) < 0))) {
        best = each;
        most = similarity;
      }
    }
    return Optional.ofNullable(best);
  }
}
