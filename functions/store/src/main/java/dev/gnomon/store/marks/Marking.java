package dev.gnomon.store.marks;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.Places;
import dev.gnomon.store.marks.RootNames.Listed;
import dev.gnomon.store.marks.SortedPlaces.Place;
import dev.gnomon.store.roots.Root;
import dev.gnomon.store.roots.RootKind;
import dev.gnomon.store.tree.BlobWalk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// What the roots of a store need, and where it lies. Memory does not grow with the number of
/// chunks: hashes and places are in sorted shards on disk, trees that were entered in a table on
/// disk; docs/STORE-FORMAT.md has the arithmetic.
///
/// The order matters: first the names of the roots are listed, then index objects are read, then
/// packs are listed. So every blob of those roots has a place, unless it is lost; and an entry
/// whose pack is gone is never counted on.
///
/// For one thread, one with a deep stack.
public final class Marking implements AutoCloseable {
  /// What a blob costs in the trailer of its pack.
  public static final int PIECE_IN_TRAILER_BYTES = 45;

  private static final int MIN_SHARDS = 256;
  private static final int MAX_SHARDS = 4096;
  private static final long SHARD_PLACES = 1 << 18;
  private static final int PLACE_IN_INDEX_BYTES = 36;
  private static final int MAX_MISSING = 1000;
  private static final int MAX_LISTS = 10;

  private final StoreParts store;
  private final Faults faults;
  private final Scratch scratch;
  private final PackTable packs = new PackTable();
  private final IndexReading index;
  private final SortedPlaces places;
  private final Spill needs;
  private final SortedSet<String> missing = new TreeSet<>();
  private final SortedMap<String, Long> lostPlaces = new TreeMap<>();
  private long missingCount;
  private final long began;
  private int lists;
  private long roots;

  /// Told of what is damaged; may throw to end the marking.
  public interface Faults {
    /// A tree or list of a root can't be read: nobody knows what is below.
    void fault(Root root, String path, BlobFault fault);

    void unreadable(RootKind kind, ObjectName name, BlobFault fault);

    /// A blob of a tree or list has a place and can't be read there.
    default void blob(Hash hash) {}
  }

  /// A blob that a root counts on.
  ///
  /// @param tree whether it is part of a tree or a list, not of a file
  public record Live(Hash hash, Location place, boolean tree) {}

  private Marking(StoreParts store, Path temporary, Faults faults) {
    this.store = store;
    this.faults = faults;
    this.scratch = Scratch.below(temporary);
    this.index = new IndexReading(store, packs);
    this.began = store.objects().time().getEpochSecond();
    int shards = shards(store);
    this.places = new SortedPlaces(scratch.file("places"), shards, packs);
    this.needs = new Spill(scratch.file("needs"), shards, Hash.BYTES + 1);
  }

  /// Marks what roots need.
  ///
  /// @param temporary where the working files are made
  /// @param condemned packs that are on open condemned lists
  public static Marking of(
      StoreParts store, Path temporary, Collection<String> condemned, Faults faults) {
    Marking marking = new Marking(store, temporary, faults);
    try {
      marking.run(condemned);
      return marking;
    } catch (RuntimeException | Error e) {
      try (marking) {
        throw e;
      }
    }
  }

  private void run(Collection<String> condemned) {
    RootNames names = rootNames();
    index.read(places::add);
    condemned.forEach(packs::condemned);
    places.sort();
    walkAll(names);
    for (int shard = 0; shard < places.shards(); shard++) {
      places.mark(shard, needs, this::count, this::missing);
    }
    needs.drop();
    if (!missing.isEmpty() && anyWasReplaced(names)) {
      throw changing();
    }
  }

  private RootNames rootNames() {
    RootNames names = new RootNames(scratch.file("roots-" + ++lists));
    for (RootKind kind : store.roots().kinds()) {
      Names.each(store.objects(), kind.prefix(), object -> names.add(Listed.of(object)));
    }
    return names;
  }

  /// A root that vanished may have handed on what it named: batches of a journal become a segment.
  /// So all are listed again until none vanishes. What only a root of a later list needs may be
  /// newer than the index objects that were read: then it is young, and not missing.
  private void walkAll(RootNames first) {
    VisitedOnDisk visited = new VisitedOnDisk(scratch);
    boolean vanished = walk(first, visited, SortedPlaces.FIRM);
    for (int round = 1; vanished; round++) {
      if (round == MAX_LISTS) {
        throw changing();
      }
      vanished = walk(rootNames(), visited, 0);
    }
  }

  /// @param firm the flag of what these roots need
  /// @return whether a root was gone
  private boolean walk(RootNames names, VisitedOnDisk visited, int firm) {
    BlobReader reader = reader();
    Listed[] listed = new Listed[1];
    Root[] now = new Root[1];
    boolean[] vanished = {false};
    BlobWalk walk =
        new BlobWalk(
            hash -> {
              need(hash, SortedPlaces.TREE);
              try {
                return reader.read(hash);
              } catch (BlobFault e) {
                if (firm == 0 && places.find(hash).isEmpty()) {
                  throw changing();
                }
                faults.blob(hash);
                throw e;
              }
            },
            new BlobWalk.Visitor() {
              @Override
              public void blob(String path, Hash hash) {
                need(hash, firm);
              }

              @Override
              public void hint(Hash hash) {
                need(hash, 0);
              }

              @Override
              public void fault(String path, BlobFault fault) {
                if (wasReplaced(listed[0])) {
                  throw changing();
                }
                faults.fault(now[0], path, fault);
              }
            },
            visited);
    names.each(each -> {
      listed[0] = each;
      ObjectName name = each.name();
      RootKind kind = kind(name);
      try {
        Optional<Root> root = kind.read(name);
        if (root.isPresent()) {
          now[0] = root.get();
          roots += firm == 0 ? 0 : 1;
          root.get().walk(walk);
        } else {
          vanished[0] = true;
        }
      } catch (BlobFault e) {
        faults.unreadable(kind, name, e);
      }
    });
    return vanished[0];
  }

  /// Whether another object has the name by now, or none, which may need what is newer than the
  /// index objects that were read: the number of a point that came too late is given again.
  private boolean wasReplaced(Listed root) {
    return store
        .objects()
        .stat(root.name())
        .filter(object -> Listed.of(object).equals(root))
        .isEmpty();
  }

  private boolean anyWasReplaced(RootNames before) {
    Map<ObjectName, Listed> young = new HashMap<>();
    for (RootKind kind : store.roots().kinds()) {
      Names.each(
          store.objects(),
          kind.prefix(),
          object -> {
            Listed now = Listed.of(object);
            if (now.second() >= began) {
              young.put(now.name(), now);
            }
          });
    }
    boolean[] found = {false};
    before.each(root -> found[0] |= !young.getOrDefault(root.name(), root).equals(root));
    return found[0];
  }

  private static ObjectStoreException changing() {
    return new ObjectStoreException(
        ObjectStoreException.Kind.TRANSIENT,
        "what keeps chunks alive changed while it was read: it has to be read again");
  }

  private RootKind kind(ObjectName name) {
    return store.roots().kinds().stream()
        .filter(kind -> name.value().startsWith(kind.prefix()))
        .findFirst()
        .orElseThrow();
  }

  private void need(Hash hash, int flags) {
    ByteBuffer record = ByteBuffer.allocate(Hash.BYTES + 1);
    hash.writeTo(record);
    needs.add(record.put((byte) flags).array());
  }

  /// Chooses the one place that counts. While every pack that holds a blob is condemned all of them
  /// count: no two runs that choose differently can take them all.
  private void count(List<Place> ofOneBlob, int[] flags) {
    int best = -1;
    boolean rescued = true;
    for (int i = 0; i < flags.length; i++) {
      Place place = ofOneBlob.get(i);
      if (places.holds(place)) {
        rescued &= packs.isCondemned(place.pack());
        if (best < 0 || packs.better(place.pack(), ofOneBlob.get(best).pack())) {
          best = i;
        }
      }
    }
    if (best < 0 && ofOneBlob.getFirst().is(SortedPlaces.FIRM)) {
      missing(ofOneBlob.getFirst().hash());
      ofOneBlob.forEach(place -> lostPlaces.merge(packs.name(place.pack()), 1L, Long::sum));
    }
    for (int i = 0; i < flags.length; i++) {
      Place place = ofOneBlob.get(i);
      if (i == best || (rescued && places.holds(place))) {
        flags[i] |= SortedPlaces.COUNTED;
        packs.live(place.pack(), place.storedBytes());
      }
    }
  }

  private void missing(Hash hash) {
    missingCount++;
    if (missing.size() < MAX_MISSING) {
      missing.add(hash.toString());
    }
  }

  public PackTable packs() {
    return packs;
  }

  public IndexReading index() {
    return index;
  }

  /// How many roots were walked.
  public long roots() {
    return roots;
  }

  /// How many places index objects and trailers name.
  public long placeCount() {
    return places.count();
  }

  /// Hashes of blobs that roots need and no pack has; at most 1000 of them, in order.
  public SortedSet<String> missing() {
    return missing;
  }

  /// How often a missing blob is needed, at least.
  public long missingCount() {
    return missingCount;
  }

  /// Packs that index objects say to have missing blobs, with how many: they are gone or too short.
  public SortedMap<String, Long> lostPlaces() {
    return lostPlaces;
  }

  /// Whether a root needs a blob for more than a hint.
  public boolean isNeeded(Hash hash) {
    return places.find(hash).stream().anyMatch(place -> place.is(SortedPlaces.FIRM));
  }

  /// Every place of a blob whose pack is there and long enough.
  public List<Location> placesOf(Hash hash) {
    return places.all(hash);
  }

  /// Every blob that a root needs, at the place it counts on, in the order of hashes.
  public void eachLive(Consumer<Live> use) {
    for (int shard = 0; shard < places.shards(); shard++) {
      places.each(
          shard,
          ofOneBlob -> {
            for (Place place : ofOneBlob) {
              if (place.is(SortedPlaces.COUNTED)) {
                boolean tree = place.is(SortedPlaces.TREE);
                use.accept(new Live(place.hash(), places.location(place), tree));
              }
            }
          });
    }
  }

  /// Where blobs lie, as this marking found.
  public Places places() {
    return places;
  }

  /// Reads blobs at the places that this marking found.
  public BlobReader reader() {
    return store.reader(places);
  }

  @Override
  public void close() {
    scratch.close();
  }

  /// Enough shards that one fits in memory whatever the store holds; blobs that only trailers name
  /// are not in the estimate, so there is a least number.
  private static int shards(StoreParts store) {
    long[] bytes = {0};
    Names.eachIndex(store.objects(), object -> bytes[0] += object.sizeBytes());
    long wanted = bytes[0] / PLACE_IN_INDEX_BYTES / SHARD_PLACES;
    int shards = MIN_SHARDS;
    while (shards < wanted && shards < MAX_SHARDS) {
      shards *= 2;
    }
    return shards;
  }
}
