package dev.gnomon.core.replica;

import dev.gnomon.core.places.Place;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Turn;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// What [FollowPrimary] asks of the kind of place that a primary and its replica are. For the
/// thread that follows.
sealed interface FollowedPlace permits FollowedDirectory, FollowedPrefix {
  /// Makes what a replica that never had a generation lies in.
  void make() throws IOException;

  /// Keeps others from following into the replica, as far as that can be.
  Lease lease() throws IOException;

  /// What makes a generation equal to the source.
  TreeMirror mirror(Place source, long generation) throws IOException;

  /// What tells of changes of the source.
  ChangeFeed feed(Place source) throws IOException;

  /// This process follows no more, and nothing that it began is under way.
  void letGo();

  /// When all content was compared, in milliseconds since 1970, if ever.
  Optional<Long> verified() throws IOException;

  void noteVerified(long millis) throws IOException;

  /// Nobody else of this process follows into the replica while it is held.
  interface Lease extends AutoCloseable {
    /// Asks for a turn.
    ///
    /// @param may whether it may be followed, asked after the log was read
    Asked ask(BooleanSupplier may);

    /// Called now and then while a generation is written to.
    ///
    /// @return false if somebody else has a turn by now
    boolean goesOn(Turn turn);

    @Override
    void close() throws IOException;
  }
}
