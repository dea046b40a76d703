package dev.gnomon.core.prediction;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Trained models in the control store: a numbered record each, `models/failure/<n>`, and the
/// content under its SHA-256, `models/blobs/<sha256>`. Nothing is written over. A model serves from
/// the moment its record stands there, if its duel with the champion before it was won.
/// Thread-safe.
public final class ModelShelf {
  private static final String LOG = "models/failure";
  private static final String BLOBS = "models/blobs";

  /// Older champions are not looked for.
  private static final int MOST_STEPS_BACK = 100;

  private final ObjectStore store;
  private final RecordLog<Entry> log;

  public ModelShelf(ControlRecords records, ObjectStore store) {
    this.store = store;
    this.log = new RecordLog<>(records, LOG, Entry.class);
  }

  /// @param content its SHA-256
  /// @param by who trained it
  /// @param duel how it did against the champion of that time
  public record Entry(ContentHash content, long bytes, Instant at, String by, Duel duel) {
    boolean serves() {
      return duel.won();
    }
  }

  /// Under which people know a model.
  public static String name(long number) {
    return "failure-" + number;
  }

  /// Stores a model and the outcome of its duel.
  ///
  /// @return its number, and whether it serves now
  /// @throws ObjectStoreException if the store is away
  public Numbered<Entry> place(ModelForm form, Duel duel, String by, Instant at) {
    byte[] content = ModelContent.bytes(form);
    ContentHash hash = ModelContent.hash(content);
    var unused = store.create(blob(hash), content);
    Entry entry = new Entry(hash, content.length, at, by, duel);
    long number = log.end() + 1;
    while (log.append(number, entry) instanceof ControlRecords.Outcome.Exists<Entry>) {
      number++;
    }
    return new Numbered<>(number, entry);
  }

  /// Whatever stands on the shelf, oldest first.
  ///
  /// @param entry empty if its record can't be read
  public record Standing(long number, Optional<Entry> entry, String unreadable) {
    public String name() {
      return ModelShelf.name(number);
    }
  }

  /// @throws ObjectStoreException if the store is away
  public List<Standing> all() {
    List<Standing> all = new ArrayList<>();
    long end = log.end();
    for (long number = 1; number <= end; number++) {
      all.add(standing(number));
    }
    return all;
  }

  private Standing standing(long number) {
    try {
      return new Standing(number, log.get(number), "");
    } catch (ObjectStoreException e) {
      if (e.kind() == ObjectStoreException.Kind.PERMANENT) {
        return new Standing(
            number, Optional.empty(), "model %s: %s".formatted(name(number), e.getMessage()));
      }
      throw e;
    }
  }

  /// @throws ObjectStoreException if the store is away
  public Optional<ModelContent.Read> read(long number) {
    return log.get(number).map(entry -> read(name(number), entry.content()));
  }

  private ModelContent.Read read(String id, ContentHash hash) {
    Optional<InputStream> content = store.read(blob(hash), ByteRange.ALL);
    if (content.isEmpty()) {
      return ModelContent.read(id, hash, Optional.empty());
    }
    try (InputStream in = content.get()) {
      return ModelContent.read(id, hash, Optional.of(in.readNBytes(ModelContent.MOST_BYTES + 1)));
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading the content of model " + id + " failed");
    }
  }

  private static ObjectName blob(ContentHash hash) {
    return ObjectName.of(BLOBS, hash.value());
  }

  /// Which model serves: the newest that won and can be read; else the shipped one; else the plain
  /// rule.
  ///
  /// @throws ObjectStoreException if the store is away
  public Serving serving() {
    List<String> refused = new ArrayList<>();
    long last = log.end();
    for (long number = last; number > Math.max(0, last - MOST_STEPS_BACK); number--) {
      Standing standing = standing(number);
      if (standing.entry().isEmpty()) {
        refused.add(standing.unreadable());
        continue;
      }
      Entry entry = standing.entry().get();
      if (!entry.serves()) {
        continue;
      }
      switch (read(name(number), entry.content())) {
        case ModelContent.Read.Whole(ModelForm form) -> {
          return new Serving(new RampModel(name(number), form), refused);
        }
        case ModelContent.Read.Refused(String why) -> refused.add(why);
      }
    }
    return shipped(refused);
  }

  /// What serves where no shelf is.
  public static Serving shipped(List<String> refusedBefore) {
    List<String> refused = new ArrayList<>(refusedBefore);
    return switch (ShippedModel.read()) {
      case ModelContent.Read.Whole(ModelForm form) ->
          new Serving(new RampModel(ShippedModel.NAME, form), refused);
      case ModelContent.Read.Refused(String why) -> {
        refused.add(why);
        yield new Serving(PlainRule.MODEL, refused);
      }
    };
  }
}
