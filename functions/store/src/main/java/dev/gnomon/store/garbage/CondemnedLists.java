package dev.gnomon.store.garbage;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.points.Records;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The condemned lists, `store/gc/<n>/condemned`, and `store/gc/<n>/done` once a round has ended.
/// What an open round names may be deleted after its grace time unless a point needs it by then.
public final class CondemnedLists {
  private static final String ROUNDS = "store/gc/";
  private static final String CONDEMNED = "condemned";
  private static final String DONE = "done";

  private final ObjectStore objects;
  private final Records records;

  public CondemnedLists(ObjectStore objects, Records records) {
    this.objects = objects;
    this.records = records;
  }

  /// One list.
  ///
  /// @param time when the mark began that found the packs dead, by the store's clock
  public record Condemned(Instant time, List<String> packs) {
    public Condemned {
      packs = List.copyOf(packs);
    }
  }

  /// @param published when the list became visible, by the store's clock
  record Round(long number, Instant published, Condemned condemned) {}

  record Done(Instant time) {}

  /// All packs that open rounds name: writers must not rely on them.
  public Set<String> packs() {
    Set<String> packs = new HashSet<>();
    open().forEach(round -> packs.addAll(round.condemned().packs()));
    return packs;
  }

  List<Round> open() {
    SortedMap<Long, Instant> published = new TreeMap<>();
    Set<Long> done = new HashSet<>();
    each((number, what, modified) -> {
      if (what.equals(DONE)) {
        done.add(number);
      } else {
        published.put(number, modified);
      }
    });
    List<Round> open = new ArrayList<>();
    published.forEach((number, time) -> {
      if (!done.contains(number)) {
        Optional<Condemned> condemned = records.read(name(number, CONDEMNED), Condemned.class);
        condemned.ifPresent(list -> open.add(new Round(number, time, list)));
      }
    });
    return open;
  }

  /// Whether a round that was published before a moment is still open; reads names only.
  boolean anyOpen(Instant before) {
    Set<Long> published = new HashSet<>();
    Set<Long> done = new HashSet<>();
    each((number, what, modified) -> {
      if (what.equals(DONE)) {
        done.add(number);
      } else if (modified.isBefore(before)) {
        published.add(number);
      }
    });
    return !done.containsAll(published);
  }

  /// Publishes a list under the next free number.
  public void publish(Instant time, Collection<String> packs) {
    long[] greatest = {0};
    each((number, what, modified) -> greatest[0] = Math.max(greatest[0], number));
    Condemned list = new Condemned(time, packs.stream().sorted().toList());
    long number = greatest[0] + 1;
    while (!records.create(name(number, CONDEMNED), list)
        && records.read(name(number, CONDEMNED), Condemned.class).filter(list::equals).isEmpty()) {
      number++;
    }
  }

  void end(long round, Instant time) {
    records.create(name(round, DONE), new Done(time));
  }

  /// Deletes rounds that ended, except the last one, which keeps the numbers growing.
  void sweep(Instant before) {
    SortedMap<Long, Instant> done = new TreeMap<>();
    long[] greatest = {0};
    each((number, what, modified) -> {
      greatest[0] = Math.max(greatest[0], number);
      if (what.equals(DONE)) {
        done.put(number, modified);
      }
    });
    done.forEach((number, time) -> {
      if (number != greatest[0] && time.isBefore(before)) { // first the list, then its end
        objects.delete(List.of(name(number, CONDEMNED)));
        objects.delete(List.of(name(number, DONE)));
      }
    });
  }

  private interface Use {
    /// @param what [#CONDEMNED] or [#DONE]
    void round(long number, String what, Instant modified);
  }

  /// Every object of a round; what has another name is none.
  private void each(Use use) {
    Names.each(
        objects,
        ROUNDS,
        object -> {
          String[] segments = object.name().value().split("/");
          OptionalLong number = Names.number(segments[2]);
          if (segments.length == 4
              && number.isPresent()
              && (segments[3].equals(CONDEMNED) || segments[3].equals(DONE))) {
            use.round(number.getAsLong(), segments[3], object.modified());
          }
        });
  }

  private static ObjectName name(long number, String what) {
    return new ObjectName(ROUNDS + "%020d".formatted(number) + "/" + what);
  }
}
