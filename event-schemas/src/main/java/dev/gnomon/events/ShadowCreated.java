package dev.gnomon.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rollback point exists.
///
/// @param point id within the cell, such as `site@7`
/// @param time when its capture ended, by the store's clock
/// @param files regular files
/// @param bytes sum of the sizes of the regular files
/// @param storedBytes bytes that this capture added to the store
/// @param content hash over everything that a restore brings back, 64 hexadecimal digits
/// @param consistent false if files changed while they were read and the resource allows that
/// @param notKept number of paths that could not be kept; the point names them
/// @param notServed what the plain objects of a full shadow leave out; empty if they leave out
///   nothing, or there are none at this point
public record ShadowCreated(
    String resource,
    String cell,
    String point,
    ShadowKind kind,
    Optional<String> updateId,
    Instant time,
    long files,
    long bytes,
    long storedBytes,
    String content,
    boolean consistent,
    int notKept,
    Optional<NotServed> notServed)
    implements EventData {
  public static final String TYPE = "dev.gnomon.shadow-created.v1";

  public ShadowCreated {
    Text.required("resource", resource);
    Text.required("cell", cell);
    Text.required("point", point);
    Text.required("kind", kind);
    Text.required("time", time);
    Text.required("content", content);
    updateId = Text.optional(updateId);
    notServed = Text.optional(notServed);
    kind.check(updateId);
  }

  /// Paths of the point that are no objects there.
  ///
  /// @param count all of them
  /// @param examples the first ones, at most [#MAX_EXAMPLES]; the replica's log has more
  public record NotServed(long count, List<Path> examples) {
    public static final int MAX_EXAMPLES = 5;

    public NotServed {
      examples = List.copyOf(Text.required("examples", examples));
    }
  }

  /// A path, and why it is not served. Long ones are cut.
  public record Path(String path, String reason) {
    private static final int MAX_CHARS = 1024;

    public Path {
      path = Text.cut(Text.required("path", path), MAX_CHARS);
      reason = Text.cut(Text.required("reason", reason), MAX_CHARS);
    }
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(resource);
  }

  @Override
  public Optional<String> correlation() {
    return updateId;
  }
}
