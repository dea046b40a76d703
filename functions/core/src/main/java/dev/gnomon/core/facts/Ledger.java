package dev.gnomon.core.facts;

import java.util.List;

/// Tells facts to the outside, and hands out work. Both throw if the outside does not take them:
/// the caller's event is then delivered again.
public interface Ledger {
  /// Tells facts that were not told before, as far as that is known. At least once each.
  void tell(List<Fact> facts);

  /// Hands out work; every time it is called.
  void handOut(List<Fact> work);
}
