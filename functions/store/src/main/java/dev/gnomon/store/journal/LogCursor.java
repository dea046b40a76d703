package dev.gnomon.store.journal;

import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.journal.Layout.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a journal forward, object by object, and checks that each goes on where the one before
/// ended. For one thread.
///
/// Which frames of an object count is decided by the object after it, which says where it goes on:
/// so an appender that found a torn end and went on behind the last whole frame is understood the
/// same way by everybody, whatever becomes visible of the torn object later.
final class LogCursor {
  /// How often a layout is read anew because what it names went.
  static final int MAX_LISTS = 5;

  private static final System.Logger LOG = System.getLogger(LogCursor.class.getName());

  private final LogObjects log;
  private Layout layout;
  private long batch;
  private long position;
  private Hash chain;
  private @Nullable LogObject ahead;
  private Optional<String> torn = Optional.empty();

  LogCursor(LogObjects log, Layout layout, Place from) {
    this.log = log;
    this.layout = layout;
    this.batch = from.batch();
    this.position = from.position();
    this.chain = from.chain();
  }

  /// What was cut off at the end, once the end is reached.
  Optional<String> torn() {
    return torn;
  }

  /// Position of the next transaction.
  long position() {
    return position;
  }

  /// Number of the batch after all that were read.
  long nextBatch() {
    return batch;
  }

  /// The frames of the next object that were not given yet; may be none.
  ///
  /// @return empty at the end
  /// @throws DamagedJournalException if what comes next is missing or not what has to come
  Optional<List<Frame>> next() {
    LogObject now = ahead;
    ahead = null;
    if (now == null) {
      Optional<LogObject> loaded = load(batch);
      if (loaded.isEmpty()) {
        return Optional.empty();
      }
      now = loaded.get();
    }
    long last = now.header().map(Header::lastBatch).orElse(batch);
    batch = last + 1;
    long until = until(now, last);
    List<Frame> frames = new ArrayList<>();
    if (now.header().isPresent()) {
      List<Frame> all = log.frames(now);
      link(now.name(), now.header().get(), all);
      for (Frame frame : all) {
        if (frame.position() >= position && frame.position() < until) {
          frames.add(frame);
        }
      }
    }
    long reached = frames.isEmpty() ? position : frames.getLast().position() + 1;
    if (until != Long.MAX_VALUE && reached < until) {
      throw log.damaged(
          now.name(),
          "its whole transactions end before position %d, and the next object goes on from %d"
              .formatted(reached, until));
    }
    position = reached;
    chain = frames.isEmpty() ? chain : frames.getLast().chain();
    return Optional.of(frames);
  }

  /// Position at which the object behind this one goes on, if it was written behind it.
  private long until(LogObject now, long last) {
    for (long number = last + 1; ; number++) {
      Optional<LogObject> after = load(number);
      if (after.isEmpty()) {
        if (now.torn()) {
          torn =
              Optional.of(
                  "'%s' lacks its last %d bytes; the journal ends behind its last whole transaction"
                      .formatted(now.name(), now.missingBytes()));
        }
        return Long.MAX_VALUE;
      }
      if (number == last + 1) {
        ahead = after.get();
      }
      if (after.get().header().isPresent()) {
        Header header = after.get().header().get();
        return header.firstBatch() == number ? header.firstPosition() : Long.MAX_VALUE;
      }
    }
  }

  private void link(ObjectName name, Header header, List<Frame> frames) {
    if (header.firstPosition() > position) {
      throw log.damaged(
          name,
          "it goes on from position %d, expected %d".formatted(header.firstPosition(), position));
    }
    Hash before = header.chainBefore();
    for (Frame frame : frames) {
      if (frame.position() == position) {
        break;
      }
      before = frame.chain();
    }
    boolean reaches = header.firstPosition() + frames.size() >= position;
    if (!reaches || !before.equals(chain)) {
      throw log.damaged(
          name,
          "it does not follow position %d of this journal: another object was there, or one is lost"
              .formatted(position - 1));
    }
  }

  /// @return empty if the journal ends before this batch
  private Optional<LogObject> load(long number) {
    for (int round = 1; ; round++) {
      Optional<Segment> segment = layout.covering(number);
      if (segment.isPresent()) {
        Optional<LogObject> read = segment(segment.get(), number);
        if (read.isPresent()) {
          return read;
        }
      } else {
        Optional<LogObject> read = log.read(Layout.batch(log.resource(), number));
        if (read.isPresent()) {
          return read;
        }
        if (layout.newest() < number) {
          return Optional.empty(); // neither listed nor there
        }
      }
      if (round == MAX_LISTS) {
        throw log.missing(number, "batch %d is there".formatted(layout.newest()));
      }
      layout = log.layout(); // sealed or deleted since it was listed
    }
  }

  private Optional<LogObject> segment(Segment segment, long number) {
    ObjectName name = segment.stat().name();
    try {
      Optional<LogObject> read = log.read(name);
      if (read.isPresent() && read.get().torn()) {
        throw log.damaged(name, "it is cut short by " + read.get().missingBytes() + " bytes");
      }
      read.ifPresent(log::frames); // damage is made up for here or nowhere
      return read;
    } catch (DamagedJournalException e) {
      Optional<LogObject> batch = log.read(Layout.batch(log.resource(), number));
      if (batch.isEmpty()) {
        throw e;
      }
      LOG.log(System.Logger.Level.WARNING, "{0}; its batches are read instead", e.getMessage());
      return batch;
    }
  }
}
