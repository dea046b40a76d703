package dev.gnomon.store.journal;

import dev.gnomon.store.journal.Layout.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds where the last so many writes begin, reading from the end.
record LastWrites(LogReader reader) {

  /// @param writes at least 0
  /// @return position before the transaction that holds the first of them; the oldest restorable
  ///   one if there are fewer
  long before(long writes) {
    LogObjects log = reader.log();
    Layout layout = log.layout();
    Place oldest = reader.first(layout);
    Place tail = Tail.start(log, layout);
    List<Integer> counts = new ArrayList<>();
    reader.each(
        layout,
        tail,
        recorded -> {
          counts.add(recorded.transaction().writes().size());
          return true;
        });
    long position = tail.position() + counts.size() - 1;
    long left = writes;
    for (int i = counts.size() - 1; i >= 0 && left > 0; i--) {
      left -= counts.get(i);
      position--;
    }
    for (int i = layout.segments().size() - 1; i >= 0 && left > 0; i--) {
      Segment segment = layout.segments().get(i);
      Optional<LogObject> read = log.read(segment.stat().name());
      List<Frame> frames = read.map(log::frames).orElse(List.of());
      for (int f = frames.size() - 1; f >= 0 && left > 0; f--) {
        Frame frame = frames.get(f);
        if (frame.position() == position && position >= oldest.position()) {
          left -= Payloads.of(log, frame).transaction().writes().size();
          position--;
        }
      }
    }
    return Math.max(position, oldest.position() - 1);
  }
}
