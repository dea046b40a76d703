package dev.gnomon.core.actuators;

import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.places.Place;
import java.util.List;
import java.util.Optional;

/// Runs the programs that a user declared around captures and restores, bounded by their time-outs.
public interface Check {

  /// Runs a check in the restored tree.
  ///
  /// @return what went wrong, with the end of the program's output; empty if it passed
  Optional<String> run(CheckSpec check, Place tree);

  /// Runs one hook.
  ///
  /// @param argv [Hooks#pre] or [Hooks#post]; nothing is run if it is empty
  Optional<String> hook(List<String> argv, Hooks hooks, Place source);
}
