package dev.gnomon.store.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.check.CheckReport.Kind;
import dev.gnomon.store.points.Records;
import dev.gnomon.store.points.StoreFormat;
import dev.gnomon.store.roots.RootKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Looks at everything in the store that is neither pack nor index object: records must be whole,
/// and every name must be one that the format knows. Roots are read by those who walk them.
final class RecordCheck {
  private static final String ALL = "store/";

  /// The only records of an encrypted store that are not sealed.
  private static final String KEYS = "store/keys/";

  /// Records that nothing is lost with: they help to go on after a kill, or are said anew. The loss
  /// of any other changes what may be done with points.
  private static final List<String> HELPING =
      List.of("store/jobs/", "store/grace/", "store/expired/");

  private final StoreParts store;
  private final Findings findings;
  private final Records unsealed;

  RecordCheck(StoreParts store, Findings findings) {
    this.store = store;
    this.findings = findings;
    this.unsealed = new Records(store.objects(), () -> StoreForm.FORMAT_1);
  }

  void run() {
    Instant now = store.objects().time();
    NotedPoints noted = new NotedPoints(store);
    MarkGaps gaps = new MarkGaps(store, findings);
    Names.each(
        store.objects(),
        ALL,
        object -> {
          look(object.name()).ifPresent(record -> noted.add(object, record, now));
          gaps.next(object.name());
        });
    noted.tell(findings);
  }

  /// @return a record that is whole
  private Optional<JsonNode> look(ObjectName name) {
    String text = name.value();
    if (isBlobs(text, Names.PACKS)
        || isBlobs(text, Names.INDEX)
        || name.equals(StoreFormat.NAME)
        || store.roots().kinds().stream().map(RootKind::prefix).anyMatch(text::startsWith)) {
      return Optional.empty();
    }
    if (!RecordNames.isKnown(name)) {
      findings.note(Kind.UNKNOWN, name, "no object of this format has that name");
      return Optional.empty();
    }
    try {
      Optional<JsonNode> record =
          (text.startsWith(KEYS) ? unsealed : store.records()).read(name, JsonNode.class);
      Optional<String> disagreement =
          record.flatMap(there -> RecordNames.disagreement(name, there));
      disagreement.ifPresent(what -> found(Kind.DISAGREES, name, what));
      return disagreement.isPresent() ? Optional.empty() : record;
    } catch (BlobFault e) {
      found(Kind.CHANGED, name, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void found(Kind kind, ObjectName name, String what) {
    if (HELPING.stream().anyMatch(name.value()::startsWith)) {
      findings.note(kind, name, what);
    } else {
      findings.damage(kind, name, what);
    }
  }

  /// Packs and index objects are looked at by others.
  private static boolean isBlobs(String name, String prefix) {
    return name.startsWith(prefix) && Names.isId(name.substring(prefix.length()));
  }
}
