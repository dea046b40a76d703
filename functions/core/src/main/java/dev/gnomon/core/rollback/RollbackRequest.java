package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/// What somebody wants rolled back.
///
/// @param to a point (`site@7` or `west:site@7`), an RFC 3339 time, or `transaction:ID` or
///   `position:N` of a journal; empty: the newest suitable point
/// @param mode overrides the resource's own
/// @param cutoff automation only: the newest time a point may have
/// @param request identity of the event that asks, if one does: the same event delivered again
///   finds what it began, also after that has ended
/// @param toCell the cell to switch to, where the resource has a copy or is at home; empty: the
///   best one
/// @param blame automation only: what the place that serves is left for
public record RollbackRequest(
    Target target,
    Optional<String> to,
    Optional<RollbackMode> mode,
    boolean allowDeletes,
    By by,
    String reason,
    Optional<Instant> cutoff,
    Optional<String> request,
    Optional<CellName> toCell,
    Optional<Blame> blame) {
  public RollbackRequest(
      Target target,
      Optional<String> to,
      Optional<RollbackMode> mode,
      boolean allowDeletes,
      By by,
      String reason,
      Optional<Instant> cutoff,
      Optional<String> request) {
    this(
        target,
        to,
        mode,
        allowDeletes,
        by,
        reason,
        cutoff,
        request,
        Optional.empty(),
        Optional.empty());
  }

  public RollbackRequest(
      Target target,
      Optional<String> to,
      Optional<RollbackMode> mode,
      boolean allowDeletes,
      By by,
      String reason,
      Optional<Instant> cutoff) {
    this(target, to, mode, allowDeletes, by, reason, cutoff, Optional.empty());
  }

  /// The same, asked for by this event.
  public RollbackRequest askedBy(String event) {
    return new RollbackRequest(
        target, to, mode, allowDeletes, by, reason, cutoff, Optional.of(event), toCell, blame);
  }

  /// The same, to be switched to this cell.
  public RollbackRequest toCell(CellName cell) {
    return new RollbackRequest(
        target, to, mode, allowDeletes, by, reason, cutoff, request, Optional.of(cell), blame);
  }

  /// The same, leaving the place that serves for this.
  public RollbackRequest blaming(Blame one) {
    return new RollbackRequest(
        target, to, mode, allowDeletes, by, reason, cutoff, request, toCell, Optional.of(one));
  }

  /// What a request is about.
  public sealed interface Target {
    record OfResource(ResourceName resource) implements Target {}

    /// Everything whose primary lies in the cell.
    record OfCell(CellName cell) implements Target {}

    /// Everything the update announced, as one group.
    record OfUpdate(UpdateId updateId) implements Target {}

    /// Back to what stood before a rollback of a resource or a group.
    record OfRollback(String rollback) implements Target {}
  }

  /// Two requests with the same hash want the same thing, whoever asks and why.
  public String hash() {
    String text =
        target + "|" + to + "|" + mode + "|" + allowDeletes + toCell.map(c -> "|" + c).orElse("");
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
