package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.journal.Bases.BaseRecord;
import dev.gnomon.store.journal.Bases.Row;
import dev.gnomon.store.journal.Layout.Segment;
import dev.gnomon.store.tree.Contents;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds what single keys were at a position, by the indexes of segments and the directory of the
/// base: what is read grows with the keys that are asked for, not with the journal.
final class KeyStates {
  private static final int READ_WHOLE_FROM = 16;

  private final LogReader reader;
  private final LogObjects log;
  private final Contents.Blobs blobs;

  KeyStates(LogReader reader, Contents.Blobs blobs) {
    this.reader = reader;
    this.log = reader.log();
    this.blobs = blobs;
  }

  /// @return for each key what it was; empty if it had no value
  Map<String, Optional<Write.Put>> at(Layout layout, long position, NavigableSet<String> keys) {
    Map<String, Optional<Write.Put>> found = new HashMap<>();
    NavigableSet<String> left = new TreeSet<>(keys);
    Optional<BaseRecord> base = reader.base(layout, position);
    Place from = base.map(BaseRecord::place).orElseGet(() -> reader.first(layout));
    inBatches(layout, position, from, left, found);
    for (int i = layout.segments().size() - 1; i >= 0 && !left.isEmpty(); i--) {
      Segment segment = layout.segments().get(i);
      if (segment.last() >= from.batch()) {
        inSegment(segment.stat().name(), position, left, found);
      }
    }
    if (base.isPresent() && !left.isEmpty()) {
      inBase(base.get(), left, found);
    }
    left.forEach(key -> found.put(key, Optional.empty()));
    return found;
  }

  private void inBatches(
      Layout layout,
      long position,
      Place from,
      NavigableSet<String> left,
      Map<String, Optional<Write.Put>> found) {
    Place sealed = Tail.start(log, layout);
    Place start = sealed.batch() < from.batch() ? from : sealed;
    if (start.position() > position) {
      return;
    }
    Map<String, Write> last = new HashMap<>();
    reader.each(
        layout,
        start,
        recorded -> {
          if (recorded.position() <= position) {
            for (Write write : recorded.transaction().writes()) {
              if (left.contains(write.key().raw())) {
                last.put(write.key().raw(), write);
              }
            }
          }
          return recorded.position() < position;
        });
    last.forEach((key, write) -> found(key, write, left, found));
  }

  private void inSegment(
      ObjectName name,
      long position,
      NavigableSet<String> left,
      Map<String, Optional<Write.Put>> found) {
    Header header = log.header(name).orElseThrow(() -> log.gone(name));
    if (header.firstPosition() > position) {
      return;
    }
    SegmentIndex index = SegmentIndex.read(log, name, header);
    TreeMap<Integer, List<String>> frames = new TreeMap<>();
    for (String key : left) {
      for (int frame : frames(index, SegmentIndex.keyHash(key))) {
        if (header.firstPosition() + frame <= position) {
          frames.computeIfAbsent(frame, wanted -> new ArrayList<>()).add(key);
        }
      }
    }
    if (frames.isEmpty()) {
      return;
    }
    List<Frame> whole =
        frames.size() < READ_WHOLE_FROM
            ? List.of()
            : log.frames(log.read(name).orElseThrow(() -> log.gone(name)));
    frames
        .descendingMap()
        .forEach((number, wanted) -> {
          if (wanted.stream().noneMatch(left::contains)) {
            return; // a later frame had them all
          }
          Frame frame = whole.isEmpty() ? frame(name, index, number) : whole.get(number);
          Map<String, Write> last = new HashMap<>();
          for (Write write : Payloads.of(log, frame).transaction().writes()) {
            if (left.contains(write.key().raw())) {
              last.put(write.key().raw(), write);
            }
          }
          last.forEach((key, write) -> found(key, write, left, found));
        });
  }

  private static List<Integer> frames(SegmentIndex index, long hash) {
    int at = Arrays.binarySearch(index.keyHashes(), hash);
    if (at < 0) {
      return List.of();
    }
    while (at > 0 && index.keyHashes()[at - 1] == hash) {
      at--;
    }
    List<Integer> frames = new ArrayList<>();
    for (; at < index.keyHashes().length && index.keyHashes()[at] == hash; at++) {
      frames.add(index.keyFrames()[at]);
    }
    return frames;
  }

  /// One frame, with the chain value before it to check it by.
  private Frame frame(ObjectName name, SegmentIndex index, int number) {
    Header header = index.header();
    int start = index.offsets()[number];
    int end = number + 1 < header.count() ? index.offsets()[number + 1] : header.framesEnd();
    int from = number == 0 ? start : start - Hash.BYTES;
    if (start < Header.BYTES
        || (long) end - start <= Frame.HEAD_BYTES + Hash.BYTES
        || end > header.framesEnd()) {
      throw log.damaged(name, "its index names bytes %d to %d".formatted(start, end));
    }
    byte[] bytes =
        log.bytes(name, new ByteRange(from, end - from)).orElseThrow(() -> log.gone(name));
    try {
      if (bytes.length != end - from) {
        throw new BlobFault("it is cut short");
      }
      long position = header.firstPosition() + number;
      int length = Frame.length(ByteBuffer.wrap(bytes), start - from, position);
      Frame frame = new Frame(position, bytes, start - from, length);
      Hash before = number == 0 ? header.chainBefore() : Hash.read(ByteBuffer.wrap(bytes));
      if (frame.size() != end - start || !frame.follows(before)) {
        throw new BlobFault("the frame at byte %d is not what was written".formatted(start));
      }
      return frame;
    } catch (BlobFault e) {
      throw log.damaged(name, String.valueOf(e.getMessage()));
    }
  }

  private void inBase(
      BaseRecord base, NavigableSet<String> left, Map<String, Optional<Write.Put>> found) {
    List<Row> rows = Bases.rows(base.directoryRef(), blobs);
    for (int i = 0; i < rows.size() && !left.isEmpty(); i++) {
      boolean isLast = i + 1 == rows.size();
      var wanted =
          isLast
              ? left.tailSet(rows.get(i).firstKey(), true)
              : left.subSet(rows.get(i).firstKey(), true, rows.get(i + 1).firstKey(), false);
      if (wanted.isEmpty()) {
        continue;
      }
      TreeSet<String> here = new TreeSet<>(wanted);
      for (Write.Put value : Bases.block(rows.get(i).block(), blobs)) {
        Key key = value.key();
        if (here.contains(key.raw())) {
          found(key.raw(), value, left, found);
        }
      }
    }
  }

  private static void found(
      String key, Write write, NavigableSet<String> left, Map<String, Optional<Write.Put>> found) {
    left.remove(key);
    found.put(
        key,
        switch (write) {
          case Write.Put put -> Optional.of(put);
          case Write.Delete delete -> Optional.empty();
        });
  }
}
