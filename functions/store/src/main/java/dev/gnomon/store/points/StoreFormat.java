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
import dev.gnomon.store.keys.DataKey;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.WrongKeyException;
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
  private static final Set<String> FIELDS_2_ENCRYPTED =
      Set.of("version", "cuts", "ids", "encryption", "key", "mac");
  private static final String SHA_256 = "sha256";
  private static final String HMAC = "hmac-sha256";
  private static final String NO_ENCRYPTION = "none";
  private static final String AES_GCM = "aes-256-gcm";

  private final ObjectStore objects;
  private final Records records;
  private final Optional<MasterKey> master;
  private volatile @Nullable StoreForm form;

  /// @param master the key of an encrypted store; empty for one that is not
  public StoreFormat(ObjectStore objects, Optional<MasterKey> master) {
    this.objects = objects;
    this.master = master;
    this.records = new Records(objects, () -> StoreForm.FORMAT_1); // itself it is never sealed
  }

  record Format(
      int version,
      String cuts,
      Optional<String> ids,
      Optional<String> encryption,
      Optional<String> key,
      Optional<String> mac) {

    /// What the data key vouches for.
    String text() {
      return String.join(
          "\n",
          Integer.toString(version),
          cuts,
          ids.orElse(""),
          encryption.orElse(""),
          key.orElse(""));
    }

    Format with(String newMac) {
      return new Format(version, cuts, ids, encryption, key, Optional.of(newMac));
    }
  }

  /// Whether bytes are what `store/format` of some store holds, of whatever version.
  static boolean recognises(byte[] object) {
    try {
      JsonNode record = Records.decode(NAME, object, JsonNode.class);
      return record.path("version").isInt() && record.path("cuts").isTextual();
    } catch (BlobFault e) {
      return false;
    }
  }

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
    records.create(NAME, master.map(this::encrypted).orElseGet(StoreFormat::plain));
    get();
  }

  private static Format plain() {
    return new Format(
        VERSION,
        FastCdc.DEFAULT.text(),
        Optional.of(SHA_256),
        Optional.of(NO_ENCRYPTION),
        Optional.empty(),
        Optional.empty());
  }

  /// Makes a data key; its wrapping is stored before the format that names it.
  private Format encrypted(MasterKey key) {
    DataKey fresh = DataKey.fresh();
    new KeyRecords(objects, fresh.id()).add(fresh, key, objects.time());
    Format format =
        new Format(
            VERSION,
            FastCdc.DEFAULT.text(),
            Optional.of(HMAC),
            Optional.of(AES_GCM),
            Optional.of(fresh.id()),
            Optional.empty());
    return format.with(fresh.mac(format.text()));
  }

  /// How the objects of the store are written and read.
  ///
  /// @throws ObjectStoreException (permanent) if nothing says so
  @Override
  public StoreForm get() {
    return known().orElseThrow(StoreFormat::missing);
  }

  /// The id of the store's data key; empty if it is not encrypted, or has no format yet.
  public Optional<String> dataKey() {
    return records.read(NAME, JsonNode.class).map(StoreFormat::checked).flatMap(Format::key);
  }

  private Optional<StoreForm> known() {
    StoreForm now = form;
    if (now == null) {
      now =
          records.read(NAME, JsonNode.class).map(StoreFormat::checked).map(this::form).orElse(null);
      form = now;
    }
    return Optional.ofNullable(now);
  }

  private StoreForm form(Format format) {
    if (format.key().isEmpty()) {
      if (master.isPresent()) {
        throw new WrongKeyException(
            "a key was given, but the shadow store was begun without encryption and stays so:"
                + " use it without a key, or begin another store with one");
      }
      return format.version() == 1
          ? StoreForm.FORMAT_1
          : StoreForm.plain(format.version(), FastCdc.parse(format.cuts()));
    }
    KeyRecords keys = new KeyRecords(objects, format.key().get());
    DataKey key =
        keys.open(
            master.orElseThrow(() ->
                new WrongKeyException(
                    "the shadow store is encrypted, and no key was given: it opens with one of "
                        + keys.list())));
    if (!key.vouchesFor(format.text(), format.mac().orElse(""))) {
      throw refused("'%s' was changed: its data key does not vouch for it".formatted(NAME));
    }
    return key.form(format.version(), FastCdc.parse(format.cuts()));
  }

  private static Format checked(JsonNode record) {
    JsonNode version = record.path("version");
    if (!version.isInt() || version.intValue() < 1 || version.intValue() > VERSION) {
      throw refused(
          "the shadow store has format %s, this program knows formats 1 to %d: use a newer one"
              .formatted(version.isMissingNode() ? "(none)" : version, VERSION));
    }
    int number = version.intValue();
    boolean encrypted = record.path("encryption").asText().equals(AES_GCM);
    onlyKnownFields(
        number, record, number == 1 ? FIELDS_1 : encrypted ? FIELDS_2_ENCRYPTED : FIELDS_2);
    Format format = parsed(record);
    checkCuts(number, format.cuts());
    if (number > 1) {
      expect("encryption", encrypted ? AES_GCM : NO_ENCRYPTION, format.encryption());
      expect("ids", encrypted ? HMAC : SHA_256, format.ids());
      if (encrypted && !format.key().orElse("").matches("[0-9a-f]{32}")) {
        throw refused("'%s' names no data key: %s".formatted(NAME, format.key().orElse("(none)")));
      }
    }
    return format;
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

  private static void checkCuts(int version, @Nullable String text) {
    try {
      FastCdc cuts = FastCdc.parse(String.valueOf(text));
      if (version == 1 && !cuts.text().equals(FastCdc.FORMAT_1.text())) {
        throw new IllegalArgumentException(
            "format 1 has the cuts %s, not %s".formatted(FastCdc.FORMAT_1.text(), text));
      }
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
        && objects.list(PointRecords.POINTS, Optional.empty(), 1).objects().isEmpty()
        && objects.list(Names.JOURNAL, Optional.empty(), 1).objects().isEmpty();
  }

  private static ObjectStoreException missing() {
    return refused(
        "the shadow store holds points, journals or packs, and its '%s' is missing: put that object back"
            .formatted(NAME));
  }

  private static ObjectStoreException refused(String message) {
    return new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, message);
  }
}
