package dev.gnomon.store.points;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.StoreForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What `store/format` says: written once by the first writer, and looked at before anything else
/// is read or written. A store keeps the version that it was begun with. Thread-safe.
public final class StoreFormat implements Supplier<StoreForm> {
  /// The version of new stores.
  public static final int VERSION = 2;

  public static final ObjectName NAME = new ObjectName("store/format");

  private static final Set<String> FIELDS_1 = Set.of("version", "cuts");
  private static final Set<String> FIELDS_2 = Set.of("version", "cuts", "ids", "encryption");
  private static final String SHA_256 = "sha256";
  private static final String NO_ENCRYPTION = "none";

  private final ObjectStore objects;
  private final Records records;
  private volatile @Nullable StoreForm form;

  public StoreFormat(ObjectStore objects) {
    this.objects = objects;
    this.records = new Records(objects, () -> StoreForm.FORMAT_1); // itself it is never sealed
  }

  record Format(int version, String cuts, Optional<String> ids, Optional<String> encryption) {}

  /// Passes for a store that nobody has written to yet.
  ///
  /// @throws ObjectStoreException (permanent) if the store has a format that this program can't
  ///   read
  public void checkReadable() {
    known();
  }

  /// Also writes the version if this is the first writer.
  public void ensureWritable() {
    if (known().isPresent()) {
      return;
    }
    boolean empty = isEmpty();
    if (known().isPresent()) { // another first writer came before
      return;
    }
    if (!empty) {
      throw missing();
    }
    records.create(
        NAME,
        new Format(
            VERSION, FastCdc.DEFAULT.text(), Optional.of(SHA_256), Optional.of(NO_ENCRYPTION)));
    get();
  }

  /// How the objects of the store are written and read.
  ///
  /// @throws ObjectStoreException (permanent) if nothing says so
  @Override
  public StoreForm get() {
    return known().orElseThrow(StoreFormat::missing);
  }

  private Optional<StoreForm> known() {
    StoreForm now = form;
    if (now == null) {
      now = records.read(NAME, JsonNode.class).map(StoreFormat::form).orElse(null);
      form = now;
    }
    return Optional.ofNullable(now);
  }

  private static StoreForm form(JsonNode record) {
    JsonNode version = record.path("version");
    if (!version.isInt() || version.intValue() < 1 || version.intValue() > VERSION) {
      throw refused(
          "the shadow store has format %s, this program knows formats 1 to %d: use a newer one"
              .formatted(version.isMissingNode() ? "(none)" : version, VERSION));
    }
    int number = version.intValue();
    onlyKnownFields(number, record, number == 1 ? FIELDS_1 : FIELDS_2);
    Format format = parsed(record);
    FastCdc cuts = cuts(number, format.cuts());
    if (number == 1) {
      return StoreForm.FORMAT_1;
    }
    expect("ids", SHA_256, format.ids());
    expect("encryption", NO_ENCRYPTION, format.encryption());
    return StoreForm.plain(number, cuts);
  }

  private static void onlyKnownFields(int version, JsonNode record, Set<String> known) {
    List<String> unknown = new ArrayList<>();
    record
        .fieldNames()
        .forEachRemaining(field -> {
          if (!known.contains(field)) {
            unknown.add(field);
          }
        });
    if (!unknown.isEmpty()) {
      throw refused(
          "'%s' says format %d with %s, this program knows %s: use a newer one"
              .formatted(NAME, version, unknown, new TreeSet<>(known)));
    }
  }

  private static Format parsed(JsonNode record) {
    try {
      return Json.MAPPER.treeToValue(record, Format.class);
    } catch (JsonProcessingException e) {
      throw new BlobFault("object '" + NAME + "' can't be read: " + e.getOriginalMessage());
    }
  }

  private static FastCdc cuts(int version, @Nullable String text) {
    try {
      FastCdc cuts = FastCdc.parse(String.valueOf(text));
      if (version == 1 && !cuts.text().equals(FastCdc.FORMAT_1.text())) {
        throw new IllegalArgumentException(
            "format 1 has the cuts %s, not %s".formatted(FastCdc.FORMAT_1.text(), text));
      }
      return cuts;
    } catch (IllegalArgumentException e) {
      throw refused("'%s': %s: use a newer program".formatted(NAME, e.getMessage()));
    }
  }

  private static void expect(String field, String expected, Optional<String> actual) {
    if (!actual.equals(Optional.of(expected))) {
      throw refused(
          "'%s' says %s %s, this program knows %s: use a newer one"
              .formatted(NAME, field, actual.orElse("(none)"), expected));
    }
  }

  /// Whether nobody has stored anything that would have to be read in some format.
  private boolean isEmpty() {
    return objects.list(Names.PACKS, Optional.empty(), 1).objects().isEmpty()
        && objects.list(PointRecords.POINTS, Optional.empty(), 1).objects().isEmpty();
  }

  private static ObjectStoreException missing() {
    return refused(
        "the shadow store holds points or packs, and its '%s' is missing: put that object back"
            .formatted(NAME));
  }

  private static ObjectStoreException refused(String message) {
    return new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, message);
  }
}
