package dev.gnomon.bench.harness;

import dev.gnomon.bench.work.TreeSize;
import java.util.List;
import java.util.Optional;

/// What a bench has prepared.
///
/// @param input the files that everybody works on, where it is files
/// @param peers each peer of the measures once, whether this machine has it or not
public record Contest(
    List<Measure> measures, Optional<TreeSize> input, Contestant ours, List<Peer> peers) {
  public Contest {
    measures = List.copyOf(measures);
    peers = List.copyOf(peers);
  }

  Peer peer(String name) {
    return peers.stream()
        .filter(peer -> peer.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the contest was prepared without " + name));
  }
}
