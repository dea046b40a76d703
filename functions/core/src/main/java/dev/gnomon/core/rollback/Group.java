package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A group rollback, `updates/<id>/rollbacks/<n>` or `cells/<cell>/rollbacks/<n>`: fixes order and
/// cut.
///
/// @param id `<update>-r<n>` or `<cell>-c<n>`
/// @param request identity of the event that asked, if one did
/// @param members dependencies first; the n-th candidates of all members are one consistent cut
public record Group(
    String id,
    String requestHash,
    List<Member> members,
    By by,
    boolean allowDeletes,
    String reason,
    Optional<String> request,
    Instant time) {
  public Group {
    members = List.copyOf(members);
  }

  /// Whether a member's rollback is this group's. Another one may have begun from the same epoch
  /// before the group could.
  boolean owns(Intent intent) {
    return intent.group().equals(Optional.of(id));
  }

  /// One resource of the group.
  ///
  /// @param target cell that it is switched to, if one was chosen
  public record Member(
      ResourceName resource,
      Epoch epochBefore,
      RollbackMode mode,
      List<Candidate> candidates,
      String why,
      Optional<String> undoes,
      Optional<CellName> target) {
    public Member {
      candidates = List.copyOf(candidates);
    }

    public String rollback() {
      return RollbackRecords.id(resource, epochBefore);
    }
  }
}
