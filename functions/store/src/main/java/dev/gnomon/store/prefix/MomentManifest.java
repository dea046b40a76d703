package dev.gnomon.store.prefix;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.restore.OrderedTasks;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;

/// Writes the manifest of a moment of a prefix. What a point of the same prefix has in the same
/// version is taken from there, with all its attributes; of the others the bucket is asked for the
/// attributes that the journal does not have. For one thread.
public final class MomentManifest {
  private static final int THREADS = 16;

  private final StoreParts store;
  private final BlobSession session;
  private final Bucket bucket;

  public MomentManifest(StoreParts store, BlobSession session, Bucket bucket) {
    this.store = store;
    this.session = session;
    this.bucket = bucket;
  }

  /// An object at the moment.
  ///
  /// @param rawKey one char a byte
  /// @param attributes empty if only the version in the bucket has them
  /// @param content empty if only the bucket has it
  public record Value(
      String rawKey,
      String version,
      long size,
      String etag,
      Instant modified,
      Optional<Attributes> attributes,
      Optional<ContentRef> content) {}

  /// @param on a point of the same prefix
  /// @param values in the order of their keys
  /// @throws Refusal if a version that is needed is not in the bucket any more
  public PrefixRoot write(PrefixRoot on, Iterator<Value> values) {
    ManifestWriter writer = new ManifestWriter(session, store::id);
    ManifestCursor known = new ManifestCursor(on, session::read);
    // A journal has no empty key: the object whose key is the prefix itself stays as it was.
    known.peek().filter(entry -> entry.key().isEmpty()).map(this::taken).ifPresent(writer::add);
    try (OrderedTasks tasks = new OrderedTasks(THREADS)) {
      while (values.hasNext()) {
        Value value = values.next();
        Optional<ObjectEntry> same =
            known
                .seek(value.rawKey())
                .filter(entry -> entry.key().equals(value.rawKey()))
                .filter(entry -> version(entry).equals(value.version()))
                .filter(entry -> entry.size() == value.size());
        if (same.isPresent()) {
          ObjectEntry entry = taken(same.get());
          tasks.inOrder(() -> writer.add(entry));
        } else {
          value.content().ifPresent(this::use);
          tasks.submit(() -> entry(value), writer::add);
        }
      }
      tasks.drain();
    }
    return writer.finish();
  }

  private static String version(ObjectEntry entry) {
    return entry.version().isEmpty() ? KeyVersion.UNVERSIONED : entry.version();
  }

  private ObjectEntry taken(ObjectEntry entry) {
    if (entry.kept() instanceof Kept.Bytes(ContentRef content, boolean md5)) {
      use(content);
    }
    return entry;
  }

  private void use(ContentRef content) {
    if (!Contents.reuse(session, content)) {
      Contents.allMatch(
          content,
          session::read,
          hash -> {
            byte[] blob = session.read(hash);
            BlobSession.join(session.store(blob, blob.length, BlobSession.Kind.DATA));
            return true;
          });
    }
  }

  private ObjectEntry entry(Value value) {
    boolean ask = value.attributes().isEmpty() || value.content().isEmpty();
    Attributes attributes =
        ask
            ? bucket
                .reader()
                .look(Keys.text(value.rawKey()), Optional.of(value.version()))
                .map(Found::attributes)
                .orElseThrow(() -> gone(value))
            : value.attributes().orElseThrow();
    return new ObjectEntry(
        value.rawKey(),
        value.size(),
        value.etag(),
        value.modified().toEpochMilli(),
        true,
        value.version(),
        attributes,
        value
            .content()
            .<Kept>map(content -> new Kept.Bytes(content, false))
            .orElseGet(Kept.Version::new));
  }

  private Refusal gone(Value value) {
    return new Refusal(
        "version %s of '%s' is not in %s any more"
            .formatted(value.version(), Keys.text(value.rawKey()), bucket.place()));
  }
}
