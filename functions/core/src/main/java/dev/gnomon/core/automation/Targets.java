package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.Group;
import dev.gnomon.core.rollback.GroupLog;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.update.UpdateRecords;
import java.util.ArrayList;
import java.util.List;

/// The resources that a request is about, as the catalogue has them.
record Targets(Catalogue catalogue, ControlRecords records, FirstRoutes firstRoutes) {
  /// Resources whose primary lies in a cell now.
  List<ResourceName> servedFrom(CellName cell) {
    return catalogue.resources().stream()
        .filter(resource -> firstRoutes.of(resource).primary().cell().equals(cell))
        .map(Resource::name)
        .toList();
  }

  /// @return at least one
  /// @throws Refusal naming what is not known
  List<Resource> of(Target target) {
    List<Resource> members = new ArrayList<>();
    for (ResourceName name : names(target)) {
      members.add(
          catalogue
              .resource(name)
              .orElseThrow(() -> new Refusal("unknown resource '" + name + "'")));
    }
    if (members.isEmpty()) {
      throw new Refusal("nothing is there to roll back");
    }
    return members;
  }

  private List<ResourceName> names(Target target) {
    return switch (target) {
      case Target.OfResource(ResourceName name) -> List.of(name);
      case Target.OfCell(CellName cell) -> servedFrom(cell);
      case Target.OfUpdate(UpdateId id) ->
          new UpdateRecords(records)
              .request(id)
              .orElseThrow(() -> new Refusal("unknown update '" + id + "'"))
              .closure();
      case Target.OfRollback(String rollback) ->
          RollbackRecords.of(records, rollback)
              .flatMap(RollbackRecords::intent)
              .map(intent -> List.of(intent.resource()))
              .or(() ->
                  GroupLog.of(records, rollback)
                      .flatMap(log -> log.get(rollback))
                      .map(group -> group.members().stream().map(Group.Member::resource).toList()))
              .orElseThrow(() -> new Refusal("unknown rollback '" + rollback + "'"));
    };
  }
}
