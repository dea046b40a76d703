package dev.gnomon.core.automation;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.Blame;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What a decision that waits asks a person for. Exactly one of `resource`, `cell`, `update` and
/// `undoes` is there, as in the request that it stands for.
///
/// @param to as in [RollbackRequest], like `mode`, `cutoff` and `toCell`
/// @param blame what the place that serves would be left for
/// @param standing the routes that the decision was made on; once one has moved, the decision is
///   not current any more
/// @param evidence hash over everything that the decision says: an approval names it, and so holds
///   for nothing else
/// @param expires when it can't be approved any more
public record Asked(
    Optional<ResourceName> resource,
    Optional<CellName> cell,
    Optional<UpdateId> update,
    Optional<String> undoes,
    Optional<String> to,
    Optional<RollbackMode> mode,
    Optional<Instant> cutoff,
    Optional<CellName> toCell,
    Optional<Blame> blame,
    String reason,
    List<Standing> standing,
    String evidence,
    Instant expires) {
  public Asked {
    standing = List.copyOf(standing);
  }

  /// A route by its epoch.
  public record Standing(ResourceName resource, Epoch epoch) {}

  static Asked of(RollbackRequest request, List<Standing> standing, Instant expires) {
    Target target = request.target();
    return new Asked(
        target instanceof Target.OfResource of ? Optional.of(of.resource()) : Optional.empty(),
        target instanceof Target.OfCell of ? Optional.of(of.cell()) : Optional.empty(),
        target instanceof Target.OfUpdate of ? Optional.of(of.updateId()) : Optional.empty(),
        target instanceof Target.OfRollback of ? Optional.of(of.rollback()) : Optional.empty(),
        request.to(),
        request.mode(),
        request.cutoff(),
        request.toCell(),
        request.blame(),
        request.reason(),
        standing,
        "",
        expires);
  }

  /// The request that the approval of a decision stands for: the same one however often it comes.
  RollbackRequest request(String decision, String by) {
    Target target =
        resource
            .<Target>map(Target.OfResource::new)
            .or(() -> cell.map(Target.OfCell::new))
            .or(() -> update.map(Target.OfUpdate::new))
            .or(() -> undoes.map(Target.OfRollback::new))
            .orElseThrow();
    return new RollbackRequest(
        target,
        to,
        mode,
        false,
        By.AUTOMATION,
        reason + "; approved by " + by,
        cutoff,
        Optional.of("approval/" + decision),
        toCell,
        blame);
  }

  /// What would be done, whatever the words and times. The newest time of a point is not part of
  /// it: it moves with each sample of the same trouble, and the point itself is compared.
  Object wants() {
    return List.of(resource, cell, update, undoes, to, mode, toCell, standing);
  }

  /// The same, bound to everything that the decision says.
  Asked boundTo(Decision decision) {
    return with(hash(decision));
  }

  private Asked with(String hash) {
    return new Asked(
        resource, cell, update, undoes, to, mode, cutoff, toCell, blame, reason, standing, hash,
        expires);
  }

  /// SHA-256 over the decision's JSON form, without its id and this hash.
  private String hash(Decision decision) {
    try {
      byte[] text = Json.MAPPER.writeValueAsBytes(List.of(decision, with("")));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("a decision has a JSON form, and every JDK SHA-256", e);
    }
  }
}
