package dev.gnomon.store.points;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.PointMarks;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Names;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Tags and holds of points, `store/marks/<resource>/<sequence>/<n>`: a log a point, whose records
/// are created without gaps and never changed. Taking back is a further record.
///
/// Whether a hold or an expiry came first is decided by this log and nothing else: expiry ends it
/// with a record `expire` before it deletes the point, and only under the very number that follows
/// the last record its decision knew. Whoever comes second finds the number taken: expiry then lets
/// the point be, and a hold is refused. Thread-safe.
public final class MarkRecords implements PointMarks {
  static final String MARKS = "store/marks/";

  /// Tags and holds a point takes in all its life; taking back is always possible.
  public static final int MAX_MARKS = 1000;

  private static final int MAX_ROUNDS = 100;
  private static final int MAX_REMEMBERED = 10_000;

  private final ObjectStore objects;
  private final Records records;
  private final StoreFormat format;
  private final Map<ObjectStat, Mark> remembered = new ConcurrentHashMap<>();

  public MarkRecords(ObjectStore objects, Records records, StoreFormat format) {
    this.objects = objects;
    this.records = records;
    this.format = format;
  }

  enum What {
    @JsonProperty("tag")
    TAG,
    @JsonProperty("untag")
    UNTAG,
    @JsonProperty("hold")
    HOLD,
    @JsonProperty("release")
    RELEASE,
    /// The last record of a log: the point goes.
    @JsonProperty("expire")
    EXPIRE
  }

  /// @param text the tag, or the reason of the hold
  /// @param time by the store's clock
  /// @param point what it was said about, and as how manieth: the name again, so that two records
  ///   can't be exchanged. Older records say neither
  record Mark(
      What what, String text, Instant time, Optional<PointId> point, Optional<Long> number) {
    boolean isOf(Named name) {
      return point.orElse(name.point()).equals(name.point())
          && number.orElse(name.number()) == name.number();
    }
  }

  /// What the name of a record says.
  record Named(PointId point, long number) {
    ObjectName object() {
      return ObjectName.of(
          MARKS + point.resource(), point.paddedSequence(), "%020d".formatted(number));
    }

    Mark mark(What what, String text, Instant time) {
      return new Mark(what, text, time, Optional.of(point), Optional.of(number));
    }
  }

  @Override
  public Map<PointId, Marks> of(ResourceName resource) {
    format.checkReadable();
    Map<PointId, Marks> marks = new HashMap<>();
    logs(MARKS + resource + "/").forEach((id, log) -> marks.put(id, fold(id, log)));
    return marks;
  }

  @Override
  public Marks of(PointId point) {
    format.checkReadable();
    return read(point);
  }

  @Override
  public Marks tag(PointId point, String tag) {
    String text = Marks.checkedTag(tag);
    return append(point, What.TAG, text, marks -> marks.tags().contains(text));
  }

  @Override
  public Marks untag(PointId point, String tag) {
    String text = Marks.checkedTag(tag);
    return append(point, What.UNTAG, text, marks -> !marks.tags().contains(text));
  }

  @Override
  public Marks hold(PointId point, String reason) {
    String text = Marks.checkedReason(reason);
    return append(point, What.HOLD, text, marks -> reasons(marks).contains(text));
  }

  @Override
  public Marks release(PointId point, Optional<String> reason) {
    List<String> holds = reasons(of(point));
    if (reason.isEmpty() && holds.size() > 1) {
      throw new Refusal(
          "%s has %d holds, say which one ends: '%s'"
              .formatted(point, holds.size(), String.join("', '", holds)));
    }
    String text = reason.map(String::strip).orElse(holds.isEmpty() ? "" : holds.getFirst());
    return append(point, What.RELEASE, text, marks -> !reasons(marks).contains(text));
  }

  /// Ends the log of a point that is to be deleted, unless something was said since the decision.
  ///
  /// @param decided how many marks the decision knew
  /// @return whether the point may be deleted, and nothing can be said about it any more
  public boolean expire(PointId point, long decided) {
    Marks marks = read(point);
    if (marks.expiring()) {
      return true; // of a run that was killed before it deleted the point, or is about to
    }
    if (marks.count() != decided || marks.held()) {
      return false;
    }
    Named next = new Named(point, decided + 1);
    return records.create(next.object(), next.mark(What.EXPIRE, "", objects.time()))
        || read(point).expiring();
  }

  /// Deletes the logs of points that are gone.
  ///
  /// @param before logs whose records were all written before
  public void sweep(Instant before) {
    List<ObjectName> old = new ArrayList<>();
    logs(MARKS)
        .forEach((id, log) -> {
          if (log.values().stream().allMatch(object -> object.modified().isBefore(before))
              && !exists(id)) {
            log.values().forEach(object -> old.add(object.name()));
          }
        });
    if (!old.isEmpty()) {
      objects.delete(old);
    }
  }

  /// @param done whether there is nothing to say
  private Marks append(PointId point, What what, String text, Predicate<Marks> done) {
    format.checkReadable();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      requireThere(point);
      Marks marks = read(point);
      if (marks.expiring()) {
        throw new Refusal("point %s has expired and is being deleted".formatted(point));
      }
      if (done.test(marks)) {
        return marks;
      }
      if (marks.count() >= MAX_MARKS && (what == What.TAG || what == What.HOLD)) {
        throw new Refusal(
            "%d times was something said about point %s, more is not kept"
                .formatted(marks.count(), point));
      }
      Named next = new Named(point, marks.count() + 1);
      Mark mine = next.mark(what, text, objects.time());
      if (records.create(next.object(), mine) || isThere(next.object(), mine)) {
        requireThere(point); // a program that knows no marks may have deleted it
        return read(point);
      }
    }
    throw new ObjectStoreException(
        ObjectStoreException.Kind.TRANSIENT,
        "others kept saying something about point %s first".formatted(point));
  }

  /// Whether a record that could not be created is this caller's own, whose answer was lost.
  private boolean isThere(ObjectName name, Mark mine) {
    try {
      return records.read(name, Mark.class).filter(mine::equals).isPresent();
    } catch (BlobFault e) {
      return false;
    }
  }

  private void requireThere(PointId point) {
    if (!exists(point)) {
      throw new Refusal("there is no point %s, or no longer".formatted(point));
    }
  }

  private boolean exists(PointId point) {
    return objects.stat(PointRecords.nameOf(point)).isPresent();
  }

  private static List<String> reasons(Marks marks) {
    return marks.holds().stream().map(Marks.Hold::reason).toList();
  }

  private Marks read(PointId point) {
    return fold(
        point,
        logs(MARKS + point.resource() + "/" + point.paddedSequence() + "/")
            .getOrDefault(point, new TreeMap<>()));
  }

  private Map<PointId, SortedMap<Long, ObjectStat>> logs(String prefix) {
    Map<PointId, SortedMap<Long, ObjectStat>> logs = new HashMap<>();
    Names.each(
        objects,
        prefix,
        object -> {
          Optional<Named> named = named(object.name());
          named.ifPresent(record ->
              logs.computeIfAbsent(record.point(), point -> new TreeMap<>())
                  .put(record.number(), object));
        });
    return logs;
  }

  /// What all records of a log come to. What can't be read may have been a hold and counts as one.
  ///
  /// @param listed its records as a list gave them; later ones are looked for by name
  private Marks fold(PointId point, SortedMap<Long, ObjectStat> listed) {
    SortedSet<String> tags = new TreeSet<>();
    Map<String, Instant> holds = new LinkedHashMap<>();
    boolean expiring = false;
    long last = listed.isEmpty() ? 0 : listed.lastKey();
    long number = 1;
    for (; ; number++) {
      Optional<Mark> read = Optional.empty();
      Named name = new Named(point, number);
      try {
        ObjectStat object = listed.get(number);
        read = object == null ? at(name) : remembered(name, object);
        if (read.isEmpty() && number > last) {
          break;
        }
      } catch (BlobFault e) {
        read = Optional.empty();
      }
      Mark mark =
          read.orElse(
              name.mark(
                  What.HOLD,
                  "record %d of what was said about it can't be read".formatted(number),
                  Instant.EPOCH));
      switch (mark.what()) {
        case TAG -> tags.add(mark.text());
        case UNTAG -> tags.remove(mark.text());
        case HOLD -> holds.putIfAbsent(mark.text(), mark.time());
        case RELEASE -> holds.remove(mark.text());
        case EXPIRE -> expiring = true;
      }
    }
    return new Marks(
        number - 1,
        tags,
        holds.entrySet().stream()
            .map(hold -> new Marks.Hold(hold.getKey(), hold.getValue()))
            .toList(),
        expiring);
  }

  private Optional<Mark> at(Named name) {
    Optional<Mark> read = records.read(name.object(), Mark.class);
    if (read.isPresent() && !read.get().isOf(name)) {
      throw new BlobFault("object '%s' holds another mark".formatted(name.object()));
    }
    return read;
  }

  private Optional<Mark> remembered(Named name, ObjectStat object) {
    Mark known = remembered.get(object);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Mark> read = at(name);
    read.ifPresent(mark -> {
      if (remembered.size() >= MAX_REMEMBERED) {
        remembered.clear();
      }
      remembered.put(object, mark);
    });
    return read;
  }

  /// @param object below [#MARKS]
  /// @return empty if no mark can have that name
  private static Optional<Named> named(ObjectName object) {
    int end = object.value().lastIndexOf('/');
    OptionalLong number = Names.number(object.value().substring(end + 1));
    return number.isEmpty() || end < MARKS.length()
        ? Optional.empty()
        : PointRecords.idOf(MARKS, new ObjectName(object.value().substring(0, end)))
            .map(point -> new Named(point, number.getAsLong()));
  }
}
