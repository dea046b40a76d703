package dev.gnomon.store.files;

import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The entries of a directory, sorted by the bytes of their names, each looked at once. Of very
/// wide directories only the first entries are looked at in advance: memory is bounded.
public final class Scan {
  private static final int MAX_AHEAD = 1 << 14;

  private final Path directory;
  private final List<String> names;
  private final List<Optional<FileStat>> stats;
  private final @Nullable IOException fault;

  private Scan(
      Path directory,
      List<String> names,
      List<Optional<FileStat>> stats,
      @Nullable IOException fault) {
    this.directory = directory;
    this.names = names;
    this.stats = stats;
    this.fault = fault;
  }

  /// @throws IOException if the directory can't be listed; what can't be looked at says so when it
  ///   is asked for
  public static Scan of(Path directory) throws IOException {
    if (!FileCalls.available()) {
      return new Scan(directory, Listing.of(directory), List.of(), null);
    }
    int fd = FileCalls.openDirectory(directory);
    try {
      List<String> names = FileCalls.names(fd, directory);
      names.sort(null);
      int ahead = Math.min(names.size(), MAX_AHEAD);
      List<Optional<FileStat>> stats = new ArrayList<>(ahead);
      try {
        for (int i = 0; i < ahead; i++) {
          stats.add(FileCalls.stat(fd, names.get(i)));
        }
        return new Scan(directory, names, stats, null);
      } catch (IOException e) {
        return new Scan(directory, names, stats, e);
      }
    } finally {
      FileCalls.close(fd);
    }
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
    return FileStat.of(RawName.resolve(directory, names.get(index)));
  }

  /// How many entries were looked at in advance.
  int ahead() {
    return stats.size();
  }

  Path directory() {
    return directory;
  }
}
