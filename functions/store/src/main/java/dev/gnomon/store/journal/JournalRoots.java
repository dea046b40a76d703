package dev.gnomon.store.journal;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.journal.Bases.Row;
import dev.gnomon.store.roots.Flaws;
import dev.gnomon.store.roots.Root;
import dev.gnomon.store.roots.RootKind;
import dev.gnomon.store.tree.BlobWalk;
import dev.gnomon.store.tree.ContentRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Journals: what bases, segments and batches name in packs.
public final class JournalRoots implements RootKind {
  private static final char DIRECTORY = 'd';
  private static final char BLOCK = 'b';

  private final ObjectStore objects;
  private final Supplier<StoreForm> form;

  public JournalRoots(ObjectStore objects, Supplier<StoreForm> form) {
    this.objects = objects;
    this.form = form;
  }

  @Override
  public String prefix() {
    return Layout.PREFIX;
  }

  @Override
  public String word() {
    return "part of a journal";
  }

  @Override
  public Optional<Root> read(ObjectName name) {
    ResourceName resource = Layout.resource(name);
    LogObjects log = new LogObjects(objects, resource, form);
    try {
      return Layout.isBase(name) ? base(log, name) : frames(log, name);
    } catch (DamagedJournalException e) {
      throw new BlobFault(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void examine(Flaws flaws) {
    Optional<ObjectName> after = Optional.empty();
    while (true) {
      List<ObjectStat> next = objects.list(Layout.PREFIX, after, 1).objects();
      if (next.isEmpty()) {
        return;
      }
      ObjectName name = next.getFirst().name();
      try {
        ResourceName resource = Layout.resource(name);
        new JournalCheck(new LogObjects(objects, resource, form)).run(flaws);
        after = Optional.of(Layout.last(resource));
      } catch (BlobFault e) {
        after = Optional.of(name); // reading it as a root says what it is
      }
    }
  }

  private static Optional<Root> frames(LogObjects log, ObjectName name) {
    return log.read(name)
        .map(object -> {
          List<ContentRef> refs = new ArrayList<>();
          for (Frame frame : log.frames(object)) {
            for (Write write : Payloads.of(log, frame).transaction().writes()) {
              ref(write).ifPresent(refs::add);
            }
          }
          return new Root(
              name,
              "the journal of " + log.resource() + " ('" + name + "')",
              Optional.empty(),
              walk -> refs.forEach(ref -> walk.content("", ref)));
        });
  }

  private static Optional<Root> base(LogObjects log, ObjectName name) {
    if (log.objects().stat(name).isEmpty()) {
      return Optional.empty();
    }
    ContentRef directory = Bases.of(log, name).directoryRef();
    return Optional.of(
        new Root(
            name,
            "a base of the journal of " + log.resource() + " ('" + name + "')",
            Optional.empty(),
            walk -> walk(walk, directory)));
  }

  private static void walk(BlobWalk walk, ContentRef directory) {
    walk.content("", directory);
    if (!walk.enters(DIRECTORY, directory)) {
      return;
    }
    try {
      for (Row row : Bases.rows(directory, walk.blobs())) {
        walk.content("", row.block());
        if (walk.enters(BLOCK, row.block())) {
          block(walk, row.block());
        }
      }
    } catch (BlobFault e) {
      walk.fault("", e);
    }
  }

  private static void block(BlobWalk walk, ContentRef block) {
    try {
      for (Write.Put value : Bases.block(block, walk.blobs())) {
        ref(value).ifPresent(ref -> walk.content(value.key().raw(), ref));
      }
    } catch (BlobFault e) {
      walk.fault("", e);
    }
  }

  private static Optional<ContentRef> ref(Write write) {
    return write instanceof Write.Put put && put.content() instanceof Content.Stored stored
        ? Optional.of(TransactionCodec.ref(stored))
        : Optional.empty();
  }
}
