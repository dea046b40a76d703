package dev.gnomon.store.journal;

import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.store.journal.Layout.Segment;
import dev.gnomon.store.roots.Flaws;
import dev.gnomon.store.roots.Flaws.Flaw;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Looks at one journal whole: whether its objects follow each other without a gap from every base
/// on, whether indexes say what their frames do, and which positions can't be restored. What each
/// object holds by itself is looked at where it is read as a root. For one thread.
final class JournalCheck {
  private static final int MAX_ROUNDS = 3;

  private final LogObjects log;
  private final Set<String> named = new HashSet<>();
  private final List<Consumer<Flaws>> found = new ArrayList<>();

  JournalCheck(LogObjects log) {
    this.log = log;
  }

  /// What was found while upkeep deleted what the check was about to read says nothing: then it
  /// looks again.
  ///
  /// @throws dev.gnomon.store.blobs.BlobFault if an object has no name of a journal's object
  void run(Flaws flaws) {
    Layout layout = log.layout();
    for (int round = 1; ; round++) {
      look(layout);
      Layout now = log.layout();
      if (found.isEmpty() || round == MAX_ROUNDS || same(layout, now)) {
        found.forEach(each -> each.accept(flaws));
        return;
      }
      layout = now;
    }
  }

  private static boolean same(Layout before, Layout now) {
    return before.bases().keySet().equals(now.bases().keySet())
        && before.segments().equals(now.segments());
  }

  private void look(Layout layout) {
    named.clear();
    found.clear();
    for (Segment segment : layout.segments()) {
      segment(segment.stat().name());
    }
    long newest = layout.newest();
    layout.batches().values().forEach(batch -> batch(batch, newest));
    positions(layout);
  }

  private void segment(ObjectName name) {
    try {
      Optional<LogObject> read = log.read(name);
      if (read.isEmpty()) {
        return; // deleted meanwhile
      }
      LogObject object = read.get();
      if (object.torn()) {
        damage(Flaw.TRUNCATED, name, "it lacks its last %d bytes".formatted(object.missingBytes()));
        return;
      }
      List<Frame> frames = log.frames(object);
      SegmentIndex.Entries entries = new SegmentIndex.Entries();
      List<Integer> offsets = new ArrayList<>();
      for (Frame frame : frames) {
        entries.add(Payloads.of(log, frame));
        offsets.add(frame.offset());
      }
      index(object, entries, offsets);
    } catch (DamagedJournalException e) {
      named.add(name.value()); // reading it as a root says so
    }
  }

  private void index(LogObject object, SegmentIndex.Entries entries, List<Integer> offsets) {
    Header header = object.header().orElseThrow();
    String lost =
        "appends to the journal of %s, and undoing it to before position %d"
            .formatted(log.resource(), header.lastPosition());
    try {
      if (!entries.areThoseOf(SegmentIndex.read(log, object.name(), header), offsets)) {
        damage(Flaw.DISAGREES, object.name(), "its index does not say what its frames do");
        found.add(flaws -> flaws.hurt(lost));
      }
    } catch (DamagedJournalException e) {
      damage(Flaw.CHANGED, object.name(), String.valueOf(e.getMessage()));
      found.add(flaws -> flaws.hurt(lost));
    }
  }

  /// Objects are made whole or not at all: an end that is missing was lost, unless somebody went on
  /// behind the last whole transaction and so decided that it never was.
  private void batch(ObjectStat stat, long newest) {
    try {
      Optional<LogObject> read = log.read(stat.name());
      List<Frame> frames = read.map(log::frames).orElse(List.of());
      if (read.isEmpty() || !read.get().torn()) {
        return;
      }
      String what = "it lacks its last %d bytes".formatted(read.get().missingBytes());
      if (!stat.name().equals(Layout.batch(log.resource(), newest))) {
        found.add(flaws ->
            flaws.note(
                Flaw.TRUNCATED, stat.name(), what + ", which were no part of the journal since"));
        return;
      }
      damage(Flaw.TRUNCATED, stat.name(), what);
      read.get()
          .header()
          .ifPresentOrElse(
              header -> hurt(header.firstPosition() + frames.size(), header.lastPosition()),
              () ->
                  found.add(flaws ->
                      flaws.hurt("the newest transactions of the journal of " + log.resource())));
    } catch (DamagedJournalException e) {
      named.add(stat.name().value()); // as above
    }
  }

  /// Follows the journal from its beginning and from every base to the next one: a position is
  /// restored from the newest base before it.
  private void positions(Layout layout) {
    List<Long> bases = List.copyOf(layout.bases().keySet());
    if (bases.isEmpty() || bases.getFirst() > 0) {
      fromBeginning(layout, bases.isEmpty() ? Long.MAX_VALUE : bases.getFirst());
    }
    for (int i = 0; i < bases.size(); i++) {
      long next = i + 1 < bases.size() ? bases.get(i + 1) : Long.MAX_VALUE;
      try {
        follow(layout, Bases.read(log, bases.get(i)).place(), next);
      } catch (DamagedJournalException e) { // reading it as a root says what it is
        hurt(bases.get(i), next - 1);
      }
    }
  }

  /// A journal that has bases needs what is before them only as long as it is there.
  private void fromBeginning(Layout layout, long end) {
    try {
      Place first = LogReader.first(log, layout);
      if (first.position() == 1) {
        follow(layout, first, end);
      }
    } catch (DamagedJournalException e) {
      blame(e);
      hurt(1, end - 1);
    }
  }

  private void follow(Layout layout, Place from, long end) {
    LogCursor cursor = new LogCursor(log, layout, from);
    try {
      while (cursor.position() <= end) {
        if (cursor.next().isEmpty()) {
          if (end != Long.MAX_VALUE && cursor.position() <= end) {
            throw log.missing(cursor.nextBatch(), "there is a base at position " + end);
          }
          return;
        }
      }
    } catch (DamagedJournalException e) {
      blame(e);
      hurt(cursor.position(), end - 1);
    }
  }

  private void blame(DamagedJournalException e) {
    String object = e.object();
    if (object.isEmpty()) {
      return; // a frame that can't be opened: reading its object as a root says so
    }
    ObjectName name = new ObjectName(object);
    if (log.objects().stat(name).isEmpty()) {
      damage(Flaw.MISSING, name, String.valueOf(e.getMessage()));
    } else {
      damage(Flaw.DISAGREES, name, String.valueOf(e.getMessage()));
    }
  }

  /// Each object once: the first look at it says most.
  private void damage(Flaw flaw, ObjectName object, String what) {
    if (named.add(object.value())) {
      found.add(flaws -> flaws.damage(flaw, object, what));
    }
  }

  private void hurt(long from, long to) {
    if (to >= from) {
      String what =
          to >= Long.MAX_VALUE - 1
              ? "the journal of %s from position %d on".formatted(log.resource(), from)
              : "the journal of %s at positions %d to %d".formatted(log.resource(), from, to);
      found.add(flaws -> flaws.hurt(what));
    }
  }
}
