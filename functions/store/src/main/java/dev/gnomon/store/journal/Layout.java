package dev.gnomon.store.journal;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Names;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/// What a list of a journal's objects showed.
///
/// @param bases by position
/// @param batches by number
record Layout(
    ResourceName resource,
    NavigableMap<Long, ObjectStat> bases,
    NavigableMap<Long, ObjectStat> batches,
    List<Segment> segments) {
  static final String PREFIX = Names.JOURNAL;
  private static final String BASES = "bases";
  private static final String BATCHES = "batches";
  private static final String SEGMENTS = "segments";

  /// @param first number of its first batch
  record Segment(long first, long last, ObjectStat stat) {
    boolean holds(long batch) {
      return first <= batch && batch <= last;
    }
  }

  static Layout of(ObjectStore objects, ResourceName resource) {
    Layout layout = new Layout(resource, new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    Names.each(objects, PREFIX + resource + "/", layout::add);
    layout.segments.sort(Comparator.comparingLong(Segment::first).thenComparing(Segment::last));
    return layout;
  }

  static ObjectName base(ResourceName resource, long position) {
    return name(resource, BASES, "%020d".formatted(position));
  }

  static ObjectName batch(ResourceName resource, long number) {
    return name(resource, BATCHES, "%020d".formatted(number));
  }

  static ObjectName segment(ResourceName resource, long first, long last) {
    return name(resource, SEGMENTS, "%020d-%020d".formatted(first, last));
  }

  /// A name behind those of all its objects.
  static ObjectName last(ResourceName resource) {
    return name(resource, SEGMENTS, "9".repeat(50));
  }

  static boolean isBase(ObjectName name) {
    return kind(name).equals(BASES);
  }

  /// @throws BlobFault if no journal has such an object
  static ResourceName resource(ObjectName name) {
    try {
      kind(name);
      return new ResourceName(name.value().split("/")[2]);
    } catch (IllegalArgumentException e) {
      throw new BlobFault("object '" + name + "' has no name of a journal's object");
    }
  }

  boolean isEmpty() {
    return bases.isEmpty() && batches.isEmpty() && segments.isEmpty();
  }

  /// The segment that holds a batch and reaches furthest.
  Optional<Segment> covering(long batch) {
    return segments.stream()
        .filter(segment -> segment.holds(batch))
        .max(Comparator.comparingLong(Segment::last));
  }

  /// Position of the first transaction that can be followed: that behind the oldest base, or the
  /// very first one as long as it is there.
  long firstPosition() {
    boolean fromGenesis = covering(1).isPresent() || batches.containsKey(1L);
    return bases.isEmpty() || fromGenesis ? 1 : bases.firstKey() + 1;
  }

  /// Whether a base stands for all that a base or a segment holds.
  ///
  /// @param batchOf number of the last batch in the base at a position
  boolean isOlderThanABase(ObjectName name, LongUnaryOperator batchOf) {
    if (bases.isEmpty()) {
      return false;
    }
    Layout one = new Layout(resource, new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    one.add(new ObjectStat(name, 0, Instant.EPOCH));
    return one.bases.isEmpty()
        ? one.newest() <= batchOf.applyAsLong(bases.lastKey())
        : one.bases.lastKey() < bases.lastKey();
  }

  /// Greatest number of a batch that a segment holds.
  long sealed() {
    return segments.stream().mapToLong(Segment::last).max().orElse(0);
  }

  /// Greatest number of a batch that is listed in any form.
  long newest() {
    return Math.max(sealed(), batches.isEmpty() ? 0 : batches.lastKey());
  }

  private void add(ObjectStat stat) {
    String last = Names.last(stat.name());
    try {
      switch (kind(stat.name())) {
        case BASES -> bases.put(Long.parseLong(last), stat);
        case BATCHES -> batches.put(Long.parseLong(last), stat);
        default -> {
          String[] ends = last.split("-");
          segments.add(new Segment(Long.parseLong(ends[0]), Long.parseLong(ends[1]), stat));
        }
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new BlobFault("object '" + stat.name() + "' has no name of a journal's object");
    }
  }

  private static String kind(ObjectName name) {
    String[] segments = name.value().split("/");
    if (segments.length == 5
        && (segments[3].equals(BASES)
            || segments[3].equals(BATCHES)
            || segments[3].equals(SEGMENTS))) {
      return segments[3];
    }
    throw new BlobFault("object '" + name + "' has no name of a journal's object");
  }

  private static ObjectName name(ResourceName resource, String kind, String last) {
    return new ObjectName(PREFIX + resource + "/" + kind + "/" + last);
  }
}
