package dev.gnomon.core.replica;

import dev.gnomon.core.shadow.Serving.NotServed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes a directory equal to another one that goes on changing, as often as it is asked to: names,
/// content, links, modes, owners, times, extended attributes; or the objects below a prefix, with
/// all that they carry. Reads only what is not known as equal from an earlier call. Killed
/// anywhere, the next call ends equal. For one thread.
public interface TreeMirror extends AutoCloseable {

  /// Compares everything.
  ///
  /// @throws IOException if one of the directories is not there, or is not the one that it was
  Brought everything(Depth depth, Control control) throws IOException;

  /// Compares what may have changed, and only that.
  ///
  /// @throws IOException if one of the directories is not there, or is not the one that it was
  Brought changed(List<Change> changes, Control control) throws IOException;

  /// Makes what was written durable, and what is known with it. Without it, what is known ends with
  /// the run of the machine.
  @Override
  void close() throws IOException;

  /// Whether the last comparison of everything relied on nothing that was known before, and so
  /// found what [Depth#CONTENT] finds.
  default boolean comparedAll() {
    return false;
  }

  /// Regular files that the source was met with by the last comparison of everything, whether each
  /// could be brought over or not; empty if that did not go through all of the source.
  default Optional<Long> met() {
    return Optional.empty();
  }

  /// What the target can't have, as far as the last comparison of everything met it.
  default Unserved unserved() {
    return Unserved.NONE;
  }

  /// Entries of the source that can't be entries of the target.
  ///
  /// @param examples at most [dev.gnomon.core.shadow.Serving.Served#MAX_EXAMPLES]
  record Unserved(long count, List<NotServed> examples) {
    public static final Unserved NONE = new Unserved(0, List.of());

    public Unserved {
      examples = List.copyOf(examples);
    }
  }

  /// How closely trees are compared.
  enum Depth {
    /// Content is read only where a stat differs from what is known.
    STATS,
    /// All content is read: finds what was damaged without a trace.
    CONTENT
  }

  /// What the caller says while it is worked.
  interface Control {
    /// Whether to stop as soon as nothing is left half done.
    boolean stopped();

    /// Whether the replica may go on with so few files. If not, nothing is deleted.
    ///
    /// @param files regular files that the replica would have after it
    boolean mayShrinkTo(long files);

    /// Called now and then while everything is compared. The caller may call [#changed] from it.
    void between();
  }

  /// Opens mirrors.
  interface Mirrors {
    /// @param memory file that remembers what is known as equal; made if it is not there
    /// @throws IOException if one of the directories is not there
    TreeMirror open(Path source, Path target, Path memory) throws IOException;
  }

  /// What a call did.
  ///
  /// @param finished false if it was told to stop
  /// @param files regular files of the replica now, one with several names counted once a name
  /// @param written files and links
  /// @param damaged files that differed although nothing had touched either side since they were
  ///   made equal; they are equal now
  /// @param unsettled what changed while it was read and has to be compared again
  /// @param keptBack files that the source does not have and that were not deleted, because the
  ///   replica would have shrunk too much
  /// @param faults what could not be brought over, a sentence each, at most [#MAX_LISTED]
  /// @param faultCount how many there were
  /// @param refusals owners and attributes that this process may not set, at most [#MAX_LISTED]
  /// @param oldestChangeMillis time of the oldest change that was brought over, by the clock of
  ///   this machine, in milliseconds since 1970; `Long.MAX_VALUE` if nothing was, or it is not
  ///   known
  record Brought(
      boolean finished,
      long files,
      long written,
      long bytes,
      long deleted,
      long damaged,
      List<Change> unsettled,
      long keptBack,
      List<String> faults,
      long faultCount,
      List<String> refusals,
      long oldestChangeMillis) {
    public static final int MAX_LISTED = 10;

    public Brought {
      unsettled = List.copyOf(unsettled);
      faults = List.copyOf(faults);
      refusals = List.copyOf(refusals);
    }

    /// Whether the replica was equal to the source, as far as was looked at.
    public boolean equal() {
      return finished && unsettled.isEmpty() && keptBack == 0 && faultCount == 0;
    }
  }
}
