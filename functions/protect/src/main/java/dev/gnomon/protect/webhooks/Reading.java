package dev.gnomon.protect.webhooks;

import java.util.List;

/// What an authentic request says.
sealed interface Reading {
  /// It tells of trouble.
  ///
  /// @param causes at least one
  record Trouble(List<Cause> causes) implements Reading {
    public Trouble {
      causes = List.copyOf(causes);
    }
  }

  /// There is nothing to do.
  ///
  /// @param why a sentence
  record Nothing(String why) implements Reading {}
}
