package dev.gnomon.core.prediction;

import java.util.List;

/// The model that serves, and why others do not.
///
/// @param model the newest champion that can be read, else the shipped one, else the plain rule
/// @param refused sentences about models that should have served
public record Serving(RampModel model, List<String> refused) {
  public Serving {
    refused = List.copyOf(refused);
  }

  /// Whether something was learnt at all.
  public boolean trained() {
    return model != PlainRule.MODEL;
  }
}
