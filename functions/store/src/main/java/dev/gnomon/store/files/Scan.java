package dev.gnomon.store.files;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The entries of a directory, sorted by the bytes of their names, each looked at once. Of very
/// wide directories only the first entries are looked at in advance: memory is bounded.
public final class Scan {
  static final int MAX_AHEAD = 1 << 14;

  private final EntryAt directory;
  private final List<String> names;
  private final List<Optional<FileStat>> stats;
  private final @Nullable IOException fault;

  /// @param stats of the first names
  /// @param fault of the look at the entry after them; null if there was none
  Scan(
      EntryAt directory,
      List<String> names,
      List<Optional<FileStat>> stats,
      @Nullable IOException fault) {
    this.directory = directory;
    this.names = names;
    this.stats = stats;
    this.fault = fault;
  }

  /// Raw names, sorted.
  public List<String> names() {
    return names;
  }

  /// @param index of the name
  /// @return empty if there is no such entry any more
  public Optional<FileStat> stat(int index) throws IOException {
    if (index < stats.size()) {
      return stats.get(index);
    }
    if (fault != null && index == stats.size()) {
      throw fault;
    }
    return directory.child(names.get(index)).stat();
  }

  /// How many entries were looked at in advance.
  int ahead() {
    return stats.size();
  }

  /// The directory that was looked at.
  public EntryAt directory() {
    return directory;
  }
}
