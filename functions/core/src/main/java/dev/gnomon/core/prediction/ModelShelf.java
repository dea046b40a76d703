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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Trained models in the control store: a numbered record each, `models/failure/<n>`, and the
/// content under its SHA-256, `models/blobs/<sha256>`. Nothing is written over. A model serves from
/// the moment its record stands there, if its duel with the champion before it was won.
/// Thread-safe.
public final class ModelShelf {
  private static final String LOG = "models/failure";
  private static final String BLOBS = "models/blobs";

  private final ObjectStore store;
  private final RecordLog<Entry> log;

  /// Numbers of models that lost their duel, which a record says for good.
  private final Set<Long> lost = ConcurrentHashMap.newKeySet();

  public ModelShelf(ControlRecords records, ObjectStore store) {
    this.store = store;
    this.log = new RecordLog<>(records, LOG, Entry.class);
  }

  /// @param content its SHA-256
  /// @param by who trained it
  /// @param duel how it did against the champion of that time
  public record Entry(ContentHash content, long bytes, Instant at, String by, Duel duel) {
    public Entry {
      Objects.requireNonNull(content, "content");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(by, "by");
      Objects.requireNonNull(duel, "duel");
    }

    boolean serves() {
      return duel.won();
    }
  }

  /// Under which people know a model.
  public static String name(long number) {
    return "failure-" + number;
  }

  /// Stores a model and the outcome of its duel. One that won serves only if nobody else began to
  /// serve since: it never fought that one, so its duel counts as lost.
  ///
  /// @return its number, and whether it serves now
  /// @throws ObjectStoreException if the store is away
  public Numbered<Entry> place(ModelForm form, Duel duel, String by, Instant at) {
    byte[] content = ModelContent.bytes(form);
    ContentHash hash = ModelContent.hash(content);
    var unused = store.create(blob(hash), content);
    while (true) {
      long number = log.end() + 1;
      boolean overtaken = !serving(number - 1).model().name().equals(duel.champion());
      Entry entry = new Entry(hash, content.length, at, by, overtaken ? duel.lost() : duel);
      if (log.append(number, entry) instanceof ControlRecords.Outcome.Created<Entry>) {
        return new Numbered<>(number, entry);
      }
    }
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
    return serving(log.end());
  }

  /// As it was when there were so many models.
  private Serving serving(long last) {
    List<String> refused = new ArrayList<>();
    for (long number = last; number > 0; number--) {
      if (lost.contains(number)) {
        continue;
      }
      Standing standing = standing(number);
      if (standing.entry().isEmpty()) {
        refused.add(standing.unreadable());
        continue;
      }
      Entry entry = standing.entry().get();
      if (!entry.serves()) {
        lost.add(number);
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
