package dev.gnomon.store.points;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The grace times that writers of the store count on, `store/grace/<millis20>/<slot20>`. A writer
/// records its own before its first pack; a collection waits for the longest one. Time is cut into
/// slots as long as the grace time: a record holds to the end of the slot after its own, which is
/// longer than any capture that began in it may take, so a grace time that nobody uses any more is
/// forgotten. Thread-safe.
public final class GraceRecords {
  private static final String PREFIX = "store/grace/";

  private final ObjectStore objects;
  private final Records records;
  private volatile @Nullable ObjectName noted;

  public GraceRecords(ObjectStore objects, Records records) {
    this.objects = objects;
    this.records = records;
  }

  record Grace(long millis) {}

  /// Says that somebody counts on a grace time from now on.
  ///
  /// @param now by the store's clock
  public void note(Duration grace, Instant now) {
    long millis = grace.toMillis();
    ObjectName name =
        new ObjectName(
            PREFIX + "%020d/%020d".formatted(millis, now.toEpochMilli() / Math.max(1, millis)));
    if (!name.equals(noted)) {
      records.create(name, new Grace(millis));
      noted = name;
    }
  }

  /// The longest grace time that anybody may count on, or the given one if that is longer.
  public Duration longest(Duration own, Instant now) {
    long[] millis = {own.toMillis()};
    each((name, noted, slot) -> {
      if (!isOver(noted, slot, now)) {
        millis[0] = Math.max(millis[0], noted);
      }
    });
    return millis[0] == own.toMillis() ? own : Duration.ofMillis(millis[0]);
  }

  /// Deletes records that hold no more.
  public void sweep(Instant now) {
    List<ObjectName> over = new ArrayList<>();
    each((name, noted, slot) -> {
      if (isOver(noted, slot, now)) {
        over.add(name);
      }
    });
    if (!over.isEmpty()) {
      objects.delete(over);
    }
  }

  private interface Use {
    void grace(ObjectName name, long millis, long slot);
  }

  /// Every record; what has another name is none.
  private void each(Use use) {
    Names.each(
        objects,
        PREFIX,
        object -> {
          String[] segments = object.name().value().split("/");
          if (segments.length == 4) {
            OptionalLong millis = Names.number(segments[2]);
            OptionalLong slot = Names.number(segments[3]);
            if (millis.isPresent() && slot.isPresent()) {
              use.grace(object.name(), millis.getAsLong(), slot.getAsLong());
            }
          }
        });
  }

  private static boolean isOver(long millis, long slot, Instant now) {
    return now.toEpochMilli() / Math.max(1, millis) - 1 > slot;
  }
}
