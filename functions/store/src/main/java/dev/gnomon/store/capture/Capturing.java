package dev.gnomon.store.capture;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.points.JobRecords.PartResult;
import dev.gnomon.store.tree.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One kind of source, as a commit sees it.
public interface Capturing {

  /// Reads the source until one state of it was seen whole, or as good as the request allows, and
  /// stores it with the session.
  ///
  /// @param read what the parts of the capture read
  /// @throws NotCapturedException if the source is not in a state that may become a point
  Seen see(BlobSession session, List<PartResult> read);

  /// A state of the source.
  ///
  /// @param root encoded beginning of its manifest
  /// @param content hash over everything that a restore brings back
  /// @param hints encoded reference to what recognises what is unchanged; empty if the manifest
  ///   does
  /// @param consistent false if it changed while it was read
  /// @param source text of the place that was read
  /// @param identity of what stood at that place
  /// @param time of the state, if it is not that of the end of the capture
  @SuppressWarnings("ArrayRecordComponent") // encoded values, never compared
  record Seen(
      byte[] root,
      ContentHash content,
      byte[] hints,
      Entry.Totals totals,
      boolean consistent,
      NotKeptList notKept,
      String source,
      String identity,
      Optional<Instant> time) {
    public Seen(
        byte[] root,
        ContentHash content,
        byte[] hints,
        Entry.Totals totals,
        boolean consistent,
        NotKeptList notKept,
        String source,
        String identity) {
      this(root, content, hints, totals, consistent, notKept, source, identity, Optional.empty());
    }
  }
}
