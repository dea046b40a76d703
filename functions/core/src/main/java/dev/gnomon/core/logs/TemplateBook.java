package dev.gnomon.core.logs;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/// Where all processes find the templates that any of them met. Losing it costs names of series,
/// nothing else.
public interface TemplateBook {
  /// @return empty if it is away
  Optional<Set<String>> all();

  /// Adds templates while there are places, and remembers that those were met now. Those that were
  /// not met for long make room.
  ///
  /// @param texts masked
  /// @return those that are in the book now; empty if it is away
  Optional<Set<String>> met(Collection<String> texts);

  /// None that is shared.
  static TemplateBook none() {
    return new TemplateBook() {
      @Override
      public Optional<Set<String>> all() {
        return Optional.empty();
      }

      @Override
      public Optional<Set<String>> met(Collection<String> texts) {
        return Optional.empty();
      }
    };
  }
}
