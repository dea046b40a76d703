package dev.gnomon.store.prefix;

import dev.gnomon.core.shadow.PointDiff.What;
import dev.gnomon.store.prefix.ManifestCursor.Node;
import dev.gnomon.store.restore.DiffList;
import java.util.Arrays;
import java.util.Optional;

/// Walks two manifests and passes over nodes that are equal in what a restore brings back.
final class ManifestDiff {
  private final ManifestCursor first;
  private final ManifestCursor second;
  private final Visitor differences;

  ManifestDiff(ManifestCursor first, ManifestCursor second, Visitor differences) {
    this.first = first;
    this.second = second;
    this.differences = differences;
  }

  /// Told of what differs, in the order of keys.
  interface Visitor {
    void removed(ObjectEntry entry);

    void added(ObjectEntry entry);

    void changed(ObjectEntry before, ObjectEntry after);
  }

  /// Lists the differences for people.
  static Visitor listing(DiffList list) {
    return new Visitor() {
      private static final String OBJECT = "object";

      @Override
      public void removed(ObjectEntry entry) {
        list.change(entry.key(), What.REMOVED, OBJECT, "", entry.size(), 0);
      }

      @Override
      public void added(ObjectEntry entry) {
        list.change(entry.key(), What.ADDED, "", OBJECT, 0, entry.size());
      }

      @Override
      public void changed(ObjectEntry before, ObjectEntry after) {
        boolean sameContent = before.size() == after.size() && before.etag().equals(after.etag());
        list.change(
            before.key(),
            sameContent ? What.METADATA : What.CONTENT,
            OBJECT,
            OBJECT,
            before.size(),
            after.size());
      }
    };
  }

  void run() {
    while (!first.atEnd() || !second.atEnd()) {
      Optional<Node> before = first.node();
      Optional<Node> after = second.node();
      if (before.isPresent() && after.isPresent()) {
        nodes(before.get(), after.get());
      } else if (before.isPresent()) {
        first.enter();
      } else if (after.isPresent()) {
        second.enter();
      } else {
        objects(first.peek(), second.peek());
      }
    }
  }

  private void nodes(Node before, Node after) {
    if (before.level() == after.level() && before.content().equals(after.content())) {
      first.pass();
      second.pass();
      return;
    }
    if (before.level() >= after.level()) {
      first.enter();
    }
    if (after.level() >= before.level()) {
      second.enter();
    }
  }

  /// An object kept once as bytes and once as a version is the same if its ETag is.
  private static boolean isEqual(ObjectEntry before, ObjectEntry after) {
    return Arrays.equals(NodeCodec.restored(before), NodeCodec.restored(after))
        || (!before.kept().getClass().equals(after.kept().getClass())
            && before.size() == after.size()
            && before.etag().equals(after.etag())
            && before.attributes().equals(after.attributes()));
  }

  private void objects(Optional<ObjectEntry> before, Optional<ObjectEntry> after) {
    int order =
        before.isEmpty()
            ? 1
            : after.isEmpty() ? -1 : before.get().key().compareTo(after.get().key());
    if (order < 0) {
      differences.removed(first.next());
    } else if (order > 0) {
      differences.added(second.next());
    } else {
      ObjectEntry old = first.next();
      ObjectEntry now = second.next();
      if (!isEqual(old, now)) {
        differences.changed(old, now);
      }
    }
  }
}
