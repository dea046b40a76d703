package dev.gnomon.core.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Tells what changes below a directory, or a prefix, from the moment it was opened. What it can't
/// tell it says it can't: no change gets lost in silence, but for those that were done after the
/// moment up to which it says that it has told all. Never makes whoever writes there wait.
public interface ChangeFeed extends AutoCloseable {

  /// Gives what changed since the last call, once a change; waits for the first one.
  ///
  /// @param wait how long at most
  Changes take(Duration wait);

  /// Why it may be that nobody tells anything, if that may be.
  default Optional<String> silence() {
    return Optional.empty();
  }

  /// Whether anybody may make things up that it then tells: they must not cost one comparison after
  /// another without a pause.
  default boolean isAnybodys() {
    return false;
  }

  @Override
  void close();

  /// Opens the feed of one place.
  interface Opening {
    /// Everything that happens after it returned is told.
    ///
    /// @throws IOException if the place can't be watched; the message says why and what a person
    ///   can do
    ChangeFeed open() throws IOException;
  }

  /// Opens feeds.
  interface Feeds {
    /// Everything that happens after it returned is told.
    ///
    /// @throws IOException if this directory can't be watched; the message says why and what a
    ///   person can do
    ChangeFeed open(Path directory) throws IOException;
  }

  /// What changed.
  ///
  /// @param lost why everything has to be compared: something may have changed that is not told
  /// @param over why nothing more will be told: the feed has to be opened anew
  /// @param firstNanos when the first of the changes was seen, by System.nanoTime; that of the call
  ///   if there is none
  /// @param upToNanos everything that was done before this moment is told by this call or was by an
  ///   earlier one
  record Changes(
      List<Change> changes,
      Optional<String> lost,
      Optional<String> over,
      long firstNanos,
      long upToNanos) {
    public Changes {
      changes = List.copyOf(changes);
    }
  }
}
