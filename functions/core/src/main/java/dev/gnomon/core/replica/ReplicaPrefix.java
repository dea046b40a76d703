package dev.gnomon.core.replica;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.replica.ReplicaEntry.Event;
import dev.gnomon.core.replica.ReplicaEntry.Place;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.shadow.Serving;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/// Generations as plain objects below `serving/<resource>/<generation>/`. A prefix is always there;
/// whether it holds what it was left with is told by a list.
final class ReplicaPrefix implements ReplicaHome {
  /// How many prefixes with objects that no log knows may stand in the way of a new generation.
  private static final int MAX_OCCUPIED = 1000;

  /// How far back an unused generation is looked for.
  private static final int MAX_KEPT = 100;

  private final CellName cell;
  private final S3Prefix base;
  private final Serving serving;

  ReplicaPrefix(CellName cell, S3Prefix base, Serving serving) {
    this.cell = cell;
    this.base = base;
    this.serving = serving;
  }

  private S3Prefix place(long generation) {
    return new S3Prefix(
        base.endpoint(), base.bucket(), base.prefix() + "%06d/".formatted(generation));
  }

  @Override
  public Location location(long generation) {
    return new Location(cell, place(generation).toString());
  }

  @Override
  public Optional<Long> generation(Location location) {
    if (!location.cell().equals(cell)
        || !(location.place() instanceof S3Prefix prefix)
        || !prefix.endpoint().equals(base.endpoint())
        || !prefix.bucket().equals(base.bucket())
        || !prefix.prefix().startsWith(base.prefix())) {
      return Optional.empty();
    }
    String rest = prefix.prefix().substring(base.prefix().length());
    return rest.endsWith("/")
        ? ReplicaHome.number(rest.substring(0, rest.length() - 1))
        : Optional.empty();
  }

  @Override
  public void make() {
    // There is nothing to make.
  }

  @Override
  public void require(ReplicaEntry newest) {
    // Objects that went away are written again.
  }

  @Override
  public Optional<Standing> standing(long generation) {
    return Optional.of(new Standing(new Place(place(generation).toString(), 0), false));
  }

  @Override
  public boolean holds(ReplicaEntry entry) {
    return entry.event() != Event.SYNCED
        || entry
            .served()
            .filter(served -> serving.isStill(place(entry.generation()), served))
            .isPresent();
  }

  @Override
  public long fresh(long from) {
    for (long number = from; number < from + MAX_OCCUPIED; number++) {
      if (serving.isEmpty(place(number))) {
        return number;
      }
    }
    String reason =
        "%d prefixes that no log knows hold objects in %s from %06d on"
            .formatted(MAX_OCCUPIED, base, from);
    throw new UncheckedIOException(reason, new IOException(reason));
  }

  @Override
  public List<Long> generations(long newest) {
    return LongStream.rangeClosed(1, Math.min(MAX_KEPT, newest - 1))
        .map(back -> newest - back)
        .boxed()
        .toList();
  }
}
