package dev.gnomon.core.probes;

import dev.gnomon.core.ids.CellName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The standings that came to this process: the newest of a bounded number of vantage points.
/// Thread-safe.
public final class MemoryProbeBook implements ProbeBook {
  private static final int STANDINGS_AT_MOST = 5000;

  private final Map<Place, Standing> all = new LinkedHashMap<>(16, 0.75f, true);

  private record Place(CellName cell, Probed.Target target, String vantage) {}

  @Override
  public synchronized List<Standing> of(CellName cell) {
    return all.values().stream().filter(standing -> standing.newest().cell().equals(cell)).toList();
  }

  @Override
  public synchronized void put(Standing standing) {
    Probed newest = standing.newest();
    all.put(new Place(newest.cell(), newest.target(), newest.vantage()), standing);
    if (all.size() > STANDINGS_AT_MOST) {
      all.remove(all.keySet().iterator().next());
    }
  }
}
