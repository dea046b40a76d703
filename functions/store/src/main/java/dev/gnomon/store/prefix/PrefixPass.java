package dev.gnomon.store.prefix;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.BucketReader;
import dev.gnomon.core.prefix.Found;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.capture.NotKeptList;
import dev.gnomon.store.restore.OrderedTasks;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.Contents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// One pass over a prefix that makes its manifest: takes over what is known of the very objects
/// that are listed, and reads the others, several at a time.
final class PrefixPass {
  private static final int THREADS = 16;
  private static final int TRIES = 3;

  /// How far the times of a list may blur: S3 tells them to the second.
  private static final Duration BLUR = Duration.ofSeconds(2);

  private final StoreParts store;
  private final BlobSession session;
  private final BucketReader reader;
  private final boolean versions;
  private final boolean refer;
  private final boolean allTags;
  private final Progress progress;
  private final NotKeptList notKept = new NotKeptList();
  private boolean exact = true;

  /// @param versions whether to list by versions
  /// @param refer whether to keep references to versions instead of bytes
  /// @param allTags whether to ask for the tags of what is known, too
  PrefixPass(
      StoreParts store,
      BlobSession session,
      BucketReader reader,
      boolean versions,
      boolean refer,
      boolean allTags,
      Progress progress) {
    this.store = store;
    this.session = session;
    this.reader = reader;
    this.versions = versions;
    this.refer = refer;
    this.allTags = allTags;
    this.progress = progress;
  }

  /// What a pass made.
  ///
  /// @param print digest of the list
  /// @param exact whether every object was read as it was listed
  record Made(PrefixRoot root, ListPrint print, boolean exact, NotKeptList notKept) {}

  private record Read(Optional<ObjectEntry> entry, boolean asListed) {}

  /// @param known what to take over from, sorted each, the first that has an object wins
  Made over(Listing listing, List<? extends KnownObjects> known) {
    ManifestWriter writer = new ManifestWriter(session, store::id);
    ListPrint.Maker print = new ListPrint.Maker();
    try (OrderedTasks tasks = new OrderedTasks(THREADS)) {
      while (listing.peek().isPresent()) {
        Listed listed = listing.next();
        print.add(listed);
        if (listed.deleted()) {
          continue;
        }
        String key = Keys.raw(listed.key());
        Optional<String> obstacle = reader.obstacle(listed.key());
        if (obstacle.isPresent()) {
          notKept.add(key, obstacle.get());
          continue;
        }
        boolean settled = !listed.modified().plus(BLUR).isAfter(listing.time());
        Optional<ObjectEntry> same = usable(known, key, listed);
        if (same.isPresent() && !allTags) {
          tasks.inOrder(() -> writer.add(same.get()));
        } else {
          tasks.submit(
              () -> same.isPresent() ? tagged(listed, same.get()) : read(listed, key, settled),
              read -> {
                exact &= read.asListed();
                read.entry().ifPresent(writer::add);
              });
        }
      }
      tasks.drain();
    }
    return new Made(writer.finish(), print.made(), exact, notKept);
  }

  /// Only the list.
  static ListPrint print(Listing listing) {
    ListPrint.Maker print = new ListPrint.Maker();
    while (listing.peek().isPresent()) {
      print.add(listing.next());
    }
    return print.made();
  }

  private Optional<ObjectEntry> usable(
      List<? extends KnownObjects> known, String key, Listed listed) {
    for (KnownObjects objects : known) {
      Optional<ObjectEntry> entry =
          objects
              .seek(key)
              .filter(one -> one.key().equals(key))
              .filter(one -> one.isStill(listed))
              .filter(this::isKeptAsWanted);
      if (entry.isPresent()) {
        return entry;
      }
    }
    return Optional.empty();
  }

  private boolean isKeptAsWanted(ObjectEntry entry) {
    return switch (entry.kept()) {
      case Kept.Version version -> refer;
      case Kept.Bytes bytes ->
          !(refer && !entry.version().isEmpty()) && Contents.reuse(session, bytes.content());
    };
  }

  private Read tagged(Listed listed, ObjectEntry entry) {
    Optional<Found> found = reader.look(listed.key(), version(listed));
    return found
        .map(one ->
            new Read(
                Optional.of(
                    new ObjectEntry(
                        entry.key(),
                        entry.size(),
                        entry.etag(),
                        entry.modifiedMillis(),
                        entry.settled(),
                        entry.version(),
                        one.attributes(),
                        entry.kept())),
                isAsListed(one, listed)))
        .orElseGet(() -> new Read(Optional.empty(), false));
  }

  private Read read(Listed listed, String key, boolean settled) {
    for (int attempt = 1; ; attempt++) {
      try {
        // What was written before versions were kept has none, and may be overwritten for good.
        return refer && !listed.version().isEmpty()
            ? look(listed, key, settled)
            : bytes(listed, key, settled);
      } catch (ObjectStoreException e) {
        if (e.kind() != ObjectStoreException.Kind.TRANSIENT || attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private Read look(Listed listed, String key, boolean settled) {
    Optional<Found> found = reader.look(listed.key(), version(listed));
    progress.advanced(1, 0);
    return found
        .map(one ->
            new Read(
                Optional.of(entry(listed, key, settled, one, new Kept.Version())),
                isAsListed(one, listed)))
        .orElseGet(() -> new Read(Optional.empty(), false));
  }

  private Read bytes(Listed listed, String key, boolean settled) {
    Optional<Body> body = reader.read(listed.key(), version(listed));
    if (body.isEmpty()) {
      return new Read(Optional.empty(), false);
    }
    MessageDigest md5 = md5();
    try (Body open = body.get();
        InputStream in = new DigestInputStream(open.content(), md5)) {
      Found found = open.found();
      ContentOutput output =
          new ContentOutput(session, store.cutter(), BlobSession.Kind.DATA, found.size());
      output.transferFrom(in, Long.MAX_VALUE);
      boolean known = HexFormat.of().formatHex(md5.digest()).equals(found.etag());
      Kept kept = new Kept.Bytes(output.finish().get(), known);
      progress.advanced(1, found.size());
      return new Read(
          Optional.of(entry(listed, key, settled, found, kept)), isAsListed(found, listed));
    } catch (IOException e) {
      throw new UncheckedIOException("reading '" + listed.key() + "' failed: " + e, e);
    }
  }

  /// What was read may be newer than what was listed: then the next pass looks at it again.
  private static ObjectEntry entry(
      Listed listed, String key, boolean settled, Found found, Kept kept) {
    boolean asListed = isAsListed(found, listed);
    return new ObjectEntry(
        key,
        found.size(),
        found.etag(),
        asListed ? listed.modified().toEpochMilli() : found.modified().toEpochMilli(),
        asListed && settled,
        listed.version().isEmpty() ? "" : found.version(),
        found.attributes(),
        kept);
  }

  private static boolean isAsListed(Found found, Listed listed) {
    return found.size() == listed.size()
        && found.etag().equals(listed.etag())
        && (listed.version().isEmpty() || listed.version().equals(found.version()));
  }

  private static Optional<String> version(Listed listed) {
    return Optional.of(listed.version()).filter(version -> !version.isEmpty());
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
