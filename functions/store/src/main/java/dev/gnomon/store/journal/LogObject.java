package dev.gnomon.store.journal;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A batch or segment that was read. Its header was checked; its frames are when they are asked
/// for.
final class LogObject {
  private final ObjectName name;
  private final byte[] object;
  private final Optional<Header> header;

  private LogObject(ObjectName name, byte[] object, Optional<Header> header) {
    this.name = name;
    this.object = object;
    this.header = header;
  }

  /// @throws BlobFault if any byte of the header is not as it was written, or there are too many
  ///   bytes
  static LogObject of(ObjectName name, ResourceName resource, byte[] object) {
    if (object.length < Header.BYTES) {
      return new LogObject(name, object, Optional.empty());
    }
    Header header = Header.read(object);
    header.requireOf(resource, name);
    if (object.length > header.totalBytes()) {
      throw new BlobFault(
          "it has %d bytes, expected %d".formatted(object.length, header.totalBytes()));
    }
    return new LogObject(name, object, Optional.of(header));
  }

  ObjectName name() {
    return name;
  }

  /// @return empty if the object ends within it
  Optional<Header> header() {
    return header;
  }

  /// How much was cut off its end; of an object without a header, of that.
  long missingBytes() {
    return header.map(Header::totalBytes).orElse((long) Header.BYTES) - object.length;
  }

  boolean torn() {
    return missingBytes() > 0;
  }

  /// The whole frames, each checked against the chain.
  ///
  /// @throws BlobFault if any byte of them is not as it was written, saying which
  List<Frame> frames() {
    return header.map(this::frames).orElse(List.of());
  }

  private List<Frame> frames(Header known) {
    List<Frame> frames = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(object);
    int end = Math.min(object.length, known.framesEnd());
    int at = Header.BYTES;
    Hash chain = known.chainBefore();
    while (frames.size() < known.count() && end - at >= Frame.HEAD_BYTES) {
      long position = known.firstPosition() + frames.size();
      int length = Frame.length(buffer, at, position);
      if (length > end - at - Frame.HEAD_BYTES - Hash.BYTES) {
        break;
      }
      Frame frame = new Frame(position, object, at, length);
      if (!frame.follows(chain)) {
        throw new BlobFault(
            "the frame of position %d at byte %d does not follow what is before it"
                .formatted(position, at));
      }
      frames.add(frame);
      chain = frame.chain();
      at = frame.end();
    }
    if (!torn()
        && (frames.size() != known.count()
            || at != known.framesEnd()
            || !chain.equals(known.chainAfter()))) {
      throw new BlobFault(
          "it holds %d frames to byte %d, expected %d to byte %d"
              .formatted(frames.size(), at, known.count(), known.framesEnd()));
    }
    return frames;
  }
}
