package dev.gnomon.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Roll data back. Exactly one of `resource`, `cell`, `updateId` and `undoes` is present.
///
/// @param cell everything whose primary lies in the cell
/// @param updateId everything the update announced, as one group
/// @param undoes id of a rollback of a resource or of a group
/// @param to a point id such as `site@7`, an RFC 3339 time, or `transaction:ID` or `position:N` of
///   a journal; absent: the newest suitable point
/// @param mode overrides the resource's own
/// @param allowDeletes lets the restore delete more than its limit; absent means false, and so does
///   whatever automation says
/// @param by a person's request is always carried out; automation's is subject to the resource's
///   `automation`
/// @param onset automation only: when the trouble began; the point has to be older, unless `to`
///   names one
/// @param noticed automation only: when somebody noticed the trouble, if `onset` is only assumed
///   from that
/// @param evidence automation only: 1 to 100 sentences for people
/// @param toCell the cell to switch to; absent: the best one
public record RollbackRequested(
    Optional<String> resource,
    Optional<String> cell,
    Optional<String> updateId,
    Optional<String> undoes,
    Optional<String> to,
    Optional<Mode> mode,
    Optional<Boolean> allowDeletes,
    By by,
    Optional<String> reason,
    Optional<Instant> onset,
    Optional<Instant> noticed,
    Optional<List<String>> evidence,
    Optional<String> toCell)
    implements EventData {
  public static final String TYPE = "dev.gnomon.rollback-requested.v1";

  public RollbackRequested {
    resource = Text.optional(resource);
    cell = Text.optional(cell);
    updateId = Text.optional(updateId);
    undoes = Text.optional(undoes);
    to = Text.optional(to);
    mode = Text.optional(mode);
    allowDeletes = Text.optional(allowDeletes);
    Text.required("by", by);
    reason = Text.cut(reason);
    onset = Text.optional(onset);
    noticed = Text.optional(noticed);
    evidence = Text.optional(evidence).map(all -> all.stream().map(Text::cut).toList());
    toCell = Text.optional(toCell);
    Text.exactlyOne("resource", resource, "cell", cell, "updateId", updateId, "undoes", undoes);
  }

  /// A request that leaves the cell open.
  public RollbackRequested(
      Optional<String> resource,
      Optional<String> cell,
      Optional<String> updateId,
      Optional<String> undoes,
      Optional<String> to,
      Optional<Mode> mode,
      Optional<Boolean> allowDeletes,
      By by,
      Optional<String> reason,
      Optional<Instant> onset,
      Optional<Instant> noticed,
      Optional<List<String>> evidence) {
    this(
        resource,
        cell,
        updateId,
        undoes,
        to,
        mode,
        allowDeletes,
        by,
        reason,
        onset,
        noticed,
        evidence,
        Optional.empty());
  }

  /// The same, to be switched to a cell.
  public RollbackRequested switchedTo(Optional<String> wanted) {
    return new RollbackRequested(
        resource,
        cell,
        updateId,
        undoes,
        to,
        mode,
        allowDeletes,
        by,
        reason,
        onset,
        noticed,
        evidence,
        wanted);
  }

  /// A request that tells neither onset nor evidence, as people's do.
  public RollbackRequested(
      Optional<String> resource,
      Optional<String> cell,
      Optional<String> updateId,
      Optional<String> undoes,
      Optional<String> to,
      Optional<Mode> mode,
      Optional<Boolean> allowDeletes,
      By by,
      Optional<String> reason) {
    this(
        resource,
        cell,
        updateId,
        undoes,
        to,
        mode,
        allowDeletes,
        by,
        reason,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public Optional<String> subject() {
    return resource.or(() -> updateId).or(() -> undoes).or(() -> cell);
  }

  @Override
  public Optional<String> correlation() {
    return updateId;
  }
}
