package dev.gnomon.core.probes;

import dev.gnomon.core.ids.CellName;
import java.util.List;

/// The standings of all vantage points, seen by all processes. Bounded in vantage points of a cell;
/// expires. Never throws, returns in bounded time; losing it is as if nobody had probed.
public interface ProbeBook {
  List<Standing> of(CellName cell);

  void put(Standing standing);
}
