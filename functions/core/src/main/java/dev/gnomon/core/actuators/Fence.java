package dev.gnomon.core.actuators;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/// Keeps a location from being written, without copying and without changing anything that a point
/// would record. Constant time in the size of the data; every call may be repeated, also after a
/// kill in the middle of it. Calls carry the epoch they act for; a call for a smaller epoch than
/// one that acted before changes nothing. Thread-safe.
public interface Fence {

  /// Whether a fence around this location could be enforced, found without changing anything.
  Capability capability(Resource resource, Location location);

  /// Fences the location.
  ///
  /// @param epoch the epoch of the route that takes the location out of service
  Outcome fence(Resource resource, Location location, Epoch epoch);

  /// Where the content of a location can be read and repaired now: the fenced place if it is
  /// fenced, the location itself if not; empty if neither is there (unreachable).
  Optional<Place> content(Resource resource, Location location);

  /// Works on the content of a fenced location, while nobody can lift or renew its fence: what
  /// waits for that waits until the work is through, also in other processes. Several may work at
  /// once.
  ///
  /// @param epoch the epoch that the location was fenced for
  /// @param work is given the place of the content; not called if a greater epoch acted already
  <T> Held<T> held(Resource resource, Location location, Epoch epoch, Function<Place, T> work);

  /// Lifts the fence: the content is at its location again and can be written. What writers put
  /// there meanwhile is moved aside, never overwritten or deleted. A location that is not fenced is
  /// left as it is.
  ///
  /// @param epoch the epoch of the route that serves the location again; greater than that of the
  ///   fence, so that a fence call that arrives late is known as such
  Release release(Resource resource, Location location, Epoch epoch);

  /// @param enforceable whether `fence` is expected to give ENFORCED
  /// @param why a sentence with what was found
  record Capability(boolean enforceable, String why) {}

  /// Outcome of fencing.
  sealed interface Outcome {
    /// @param fenced ENFORCED only after a write with the writer's own identity was refused
    /// @param evidence a sentence: what was tried, and what it answered
    record Done(Fenced fenced, String evidence) implements Outcome {}

    /// A call for a later epoch came first; nothing was changed.
    record Outdated(long appliedEpoch) implements Outcome {}

    /// The location can't be reached; writers may or may not still write to it.
    record Unreachable(String reason) implements Outcome {}
  }

  /// Outcome of work behind a fence.
  sealed interface Held<T> {
    record Done<T>(T value) implements Held<T> {}

    /// The fence of this epoch is a thing of the past; nothing was done.
    record Passed<T>(long appliedEpoch) implements Held<T> {}

    /// The content can't be reached; nothing was done.
    record Unreachable<T>(String reason) implements Held<T> {}
  }

  /// Outcome of lifting a fence.
  sealed interface Release {
    /// The content is at its location and can be written.
    ///
    /// @param strays where something that writers had put at the fenced location lies now; empty if
    ///   they put nothing there
    record Lifted(Optional<Path> strays) implements Release {}

    /// A call for a later epoch came first; nothing was changed.
    record Outdated(long appliedEpoch) implements Release {}

    /// The location can't be reached or changed now; the same call may succeed later.
    record Unreachable(String reason) implements Release {}
  }
}
