package dev.gnomon.store.files;

import dev.gnomon.core.shadow.Part;
import dev.gnomon.linux.RawName;
import java.util.ArrayList;
import java.util.List;

/// Cuts a walk into parts, bounded in content and in number of files.
public final class PartPlan {
  private static final int MAX_FILES = 100_000;

  private final long partBytes;
  private final List<Part> parts = new ArrayList<>();
  private String from = "";
  private long bytes;
  private int files;

  public PartPlan(long partBytes) {
    this.partBytes = partBytes;
  }

  /// The next file of the walk.
  ///
  /// @param path raw
  public void add(String path, long size) {
    if (files > 0 && (bytes + size > partBytes || files == MAX_FILES)) {
      parts.add(new Part(parts.size(), RawName.display(from), RawName.display(path), bytes));
      from = path;
      bytes = 0;
      files = 0;
    }
    bytes += size;
    files++;
  }

  /// @return at least one part; together they cover everything
  public List<Part> finish() {
    parts.add(new Part(parts.size(), RawName.display(from), "", bytes));
    return List.copyOf(parts);
  }
}
