package dev.gnomon.local.cli;

import dev.gnomon.core.shadow.Progress;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Passes bytes on and tells how many.
final class CountedOutput extends FilterOutputStream {
  private final Progress progress;

  CountedOutput(OutputStream out, Progress progress) {
    super(out);
    this.progress = progress;
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    progress.advanced(0, length);
  }
}
