package dev.gnomon.protect;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.update.UpdateRecords;
import dev.gnomon.core.update.UpdateRecords.Blocked;
import dev.gnomon.core.update.UpdateRecords.Ended;
import dev.gnomon.core.update.UpdateRecords.Request;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Updates as people see them, read from their records.
class UpdateViews {
  private final ControlRecords records;
  private final UpdateRecords updates;

  UpdateViews(ControlRecords records) {
    this.records = records;
    this.updates = new UpdateRecords(records);
  }

  enum State {
    REQUESTED,
    READY,
    BLOCKED,
    COMPLETED,
    FAILED,
    HEARTBEAT_LOST
  }

  record View(
      UpdateId update,
      State state,
      List<ResourceName> resources,
      List<Queries.PointLine> points,
      Instant time,
      Optional<String> reason) {}

  Optional<View> of(UpdateId id) {
    return updates.request(id).map(request -> view(id, request));
  }

  /// Newest first. By a list, for people.
  List<View> newest(int limit) {
    return records.names("updates/").stream()
        .map(name -> name.value().split("/", 4))
        .filter(parts -> parts.length == 3 && parts[2].equals("request"))
        .flatMap(parts -> of(new UpdateId(parts[1])).stream())
        .sorted(Comparator.comparing(View::time).reversed())
        .limit(limit)
        .toList();
  }

  private View view(UpdateId id, Request request) {
    Optional<Ended> ended = updates.ended(id);
    Optional<Blocked> blocked = updates.blocked(id);
    State state =
        ended
            .map(end ->
                switch (end.end()) {
                  case COMPLETED -> State.COMPLETED;
                  case FAILED -> State.FAILED;
                  case HEARTBEAT_LOST -> State.HEARTBEAT_LOST;
                })
            .or(() -> blocked.map(ignored -> State.BLOCKED))
            .or(() -> updates.ready(id).map(ignored -> State.READY))
            .orElse(State.REQUESTED);
    return new View(
        id,
        state,
        request.closure(),
        updates.ready(id).map(UpdateRecords.Ready::points).orElse(List.of()).stream()
            .map(Queries.PointLine::of)
            .toList(),
        request.time(),
        ended.flatMap(Ended::reason).or(() -> blocked.map(UpdateViews::reason)));
  }

  private static String reason(Blocked blocked) {
    return blocked.reason()
        + ": "
        + String.join(
            "; ",
            blocked.failures().stream()
                .map(failure -> failure.resource() + ": " + failure.reason())
                .toList());
  }
}
