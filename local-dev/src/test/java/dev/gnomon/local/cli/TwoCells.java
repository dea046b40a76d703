package dev.gnomon.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A catalogue of the resource `site` in cell east, with its shadow and the control store in west.
final class TwoCells {
  private TwoCells() {}

  /// @param work a directory; data lie in its `data`
  /// @param location of the primary in its cell
  /// @param shadow keys of the shadow beside its cell, each with a comma before it
  static String catalogue(Path work, String location, String shadow) throws IOException {
    return Files.writeString(
            work.resolve("gnomon.yaml"),
            """
            cells:
              - name: east
              - name: west
            control: { cell: west }
            resources:
              - name: site
                kind: directory
                cell: east
                location: %s
                shadow: { cell: west%s }
            """
                .formatted(location, shadow))
        .toString();
  }
}
