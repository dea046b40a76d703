package dev.gnomon.core.update;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.shadow.Jobs;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.ShadowJob;
import dev.gnomon.core.update.UpdateRecords.Blocked;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.core.update.UpdateRecords.Ended;
import dev.gnomon.core.update.UpdateRecords.Ready;
import dev.gnomon.core.update.UpdateRecords.Request;
import dev.gnomon.core.update.UpdateRecords.Shadowed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The barrier before an update: shadows of the whole closure, then ready; or blocked, with why.
public final class Updates {
  /// A heartbeat is lost when so many intervals pass without one.
  public static final int LOST_AFTER_INTERVALS = 3;

  private final Catalogue catalogue;
  private final ControlRecords records;
  private final UpdateRecords updates;
  private final OpenWork openWork;
  private final Checkpoint checkpoint;

  public Updates(
      Catalogue catalogue, ControlRecords records, OpenWork openWork, Checkpoint checkpoint) {
    this.catalogue = catalogue;
    this.records = records;
    this.updates = new UpdateRecords(records);
    this.openWork = openWork;
    this.checkpoint = checkpoint;
  }

  /// Outcome of announcing an update.
  public sealed interface Announced {
    /// @param facts shadows that are wanted, or the end that the update already had
    record Accepted(List<Fact> facts) implements Announced {}

    record Refused(String reason) implements Announced {}
  }

  /// Announces an update; again with the same content it goes on from where it is.
  public Announced announce(
      UpdateId id,
      List<ResourceName> resources,
      Optional<Duration> heartbeat,
      Optional<String> reason,
      String eventId) {
    for (ResourceName resource : resources) {
      if (catalogue.resource(resource).isEmpty()) {
        return new Announced.Refused("unknown resource '" + resource + "'");
      }
    }
    openWork.opened(OpenWork.Kind.UPDATES, id.value());
    Request request =
        new Request(
            id,
            resources,
            catalogue.closure(resources),
            heartbeat,
            reason,
            eventId,
            records.time());
    Outcome<Request> outcome = updates.announce(request);
    if (outcome instanceof Outcome.Exists && !outcome.record().same(request)) {
      return new Announced.Refused(
          "update %s was announced before with %s; this announcement has %s: take another id"
              .formatted(id, outcome.record().content(), request.content()));
    }
    checkpoint.reached("requested");
    return new Announced.Accepted(goOn(outcome.record()));
  }

  /// What follows from the records of an update now.
  private List<Fact> goOn(Request request) {
    UpdateId id = request.updateId();
    Optional<Fact> end = barrier(request);
    if (end.isPresent()) {
      return List.of(end.get());
    }
    if (updates.ended(id).isPresent()) {
      return List.of();
    }
    List<Fact> wanted = new ArrayList<>();
    for (ResourceName resource : request.closure()) {
      if (updates.shadowed(id, resource).isEmpty()) {
        wanted.add(
            new Fact.ShadowWanted(
                UpdateRecords.name(id, "wanted/" + resource),
                resource,
                PointKind.UPDATE,
                Optional.of(id)));
      }
    }
    return wanted;
  }

  /// A shadow for an update ended, one way or the other: looks whether the barrier is complete.
  public List<Fact> shadowEnded(UpdateId id) {
    return updates.request(id).flatMap(this::barrier).map(List::of).orElse(List.of());
  }

  private Optional<Fact> barrier(Request request) {
    UpdateId id = request.updateId();
    Optional<Blocked> blocked = updates.blocked(id);
    if (blocked.isPresent()) {
      openWork.closed(OpenWork.Kind.UPDATES, id.value());
      return Optional.of(blockedFact(id, blocked.get()));
    }
    Optional<Ready> ready = updates.ready(id);
    if (ready.isPresent()) {
      return Optional.of(readyFact(id, ready.get()));
    }
    if (updates.ended(id).isPresent()) {
      return Optional.empty(); // nobody waits for it any more
    }
    List<PointRef> points = new ArrayList<>();
    List<Fact.ResourceFailure> failures = new ArrayList<>();
    boolean all = true;
    for (ResourceName resource : request.closure()) {
      Optional<Shadowed> shadowed = shadowed(id, resource, failures);
      shadowed.ifPresent(one -> points.addAll(one.points()));
      all &= shadowed.isPresent();
    }
    if (!failures.isEmpty()) {
      String reason =
          "no shadow of "
              + String.join(", ", failures.stream().map(one -> one.resource().value()).toList());
      Blocked record = updates.blocked(id, new Blocked(reason, failures, records.time()));
      openWork.closed(OpenWork.Kind.UPDATES, id.value());
      return Optional.of(blockedFact(id, record));
    }
    if (!all) {
      return Optional.empty();
    }
    checkpoint.reached("shadowed");
    Ready record = updates.ready(id, new Ready(points, records.time()));
    checkpoint.reached("ready");
    return Optional.of(readyFact(id, record));
  }

  /// A resource is shadowed when the job of each of its shadow cells has ended with a point.
  private Optional<Shadowed> shadowed(
      UpdateId id, ResourceName name, List<Fact.ResourceFailure> failures) {
    Optional<Shadowed> known = updates.shadowed(id, name);
    if (known.isPresent()) {
      return known;
    }
    Optional<Resource> resource = catalogue.resource(name);
    if (resource.isEmpty()) {
      failures.add(new Fact.ResourceFailure(name, "it is no longer in the catalogue"));
      return Optional.empty();
    }
    List<PointRef> points = new ArrayList<>();
    for (ShadowSpec shadow : resource.get().shadows()) {
      Optional<ShadowJob.Result> result =
          records.read(Jobs.result(Jobs.ofUpdate(id, name, shadow.cell())), ShadowJob.Result.class);
      if (result.isEmpty()) {
        return Optional.empty();
      }
      result
          .get()
          .refused()
          .ifPresent(reason -> failures.add(new Fact.ResourceFailure(name, reason)));
      result.get().point().ifPresent(points::add);
    }
    return points.size() == resource.get().shadows().size()
        ? Optional.of(updates.shadowed(id, name, new Shadowed(points)))
        : Optional.empty();
  }

  /// Ends an update. The first end holds.
  ///
  /// @return what holds now, and whether this call made it so; empty if there is no such update
  public Optional<Outcome<Ended>> end(UpdateId id, End end, By by, Optional<String> reason) {
    if (updates.request(id).isEmpty()) {
      return Optional.empty();
    }
    Outcome<Ended> outcome = updates.end(id, new Ended(end, by, reason, records.time()));
    openWork.closed(OpenWork.Kind.UPDATES, id.value());
    return Optional.of(outcome);
  }

  /// Takes a heartbeat.
  ///
  /// @return false if there is no such update
  public boolean heartbeat(UpdateId id) {
    Optional<Request> request = updates.request(id);
    request
        .flatMap(Request::heartbeat)
        .ifPresent(interval -> updates.heartbeat(id, slot(records.time(), interval)));
    return request.isPresent();
  }

  /// Goes on with open updates, and finds those whose heartbeat is lost. One that can't be gone on
  /// with does not keep the others waiting.
  public Swept sweep() {
    List<Fact> facts = new ArrayList<>();
    List<UpdateId> lost = new ArrayList<>();
    Map<String, String> waiting = new LinkedHashMap<>();
    for (String name : openWork.open(OpenWork.Kind.UPDATES)) {
      try {
        facts.addAll(sweep(new UpdateId(name), lost));
      } catch (RuntimeException e) {
        waiting.put(name, String.valueOf(e.getMessage()));
      }
    }
    return new Swept(facts, lost, waiting);
  }

  /// @param lost updates whose end is that they lost their heartbeat, and that stay open until
  ///   [#end] says that what follows from it was done
  /// @param waiting updates that could not be looked after now, and why
  public record Swept(List<Fact> facts, List<UpdateId> lost, Map<String, String> waiting) {}

  private List<Fact> sweep(UpdateId id, List<UpdateId> lost) {
    Optional<Request> request = updates.request(id);
    if (request.isEmpty()) {
      openWork.closedIfStale(OpenWork.Kind.UPDATES, id.value());
      return List.of();
    }
    boolean gone =
        request.get().closure().stream().allMatch(one -> catalogue.resource(one).isEmpty());
    Optional<Ended> ended = updates.ended(id);
    if (ended.isPresent()) {
      if (ended.get().end() == End.HEARTBEAT_LOST && !gone) {
        lost.add(id); // killed before what follows from it was done
      } else {
        openWork.closed(OpenWork.Kind.UPDATES, id.value());
      }
      return List.of();
    }
    if (updates.ready(id).isEmpty()) {
      return goOn(request.get());
    }
    if (gone) {
      end(
          id,
          End.FAILED,
          By.AUTOMATION,
          Optional.of("none of its resources is in the catalogue any more"));
    } else if (heartbeatLost(request.get())) {
      // The end comes first: somebody may say at this moment that the update is done.
      Ended holds =
          updates
              .end(
                  id,
                  new Ended(End.HEARTBEAT_LOST, By.AUTOMATION, Optional.empty(), records.time()))
              .record();
      if (holds.end() == End.HEARTBEAT_LOST) {
        lost.add(id);
      }
    }
    return List.of();
  }

  /// Watched from the moment the update is ready: the deployment begins then.
  private boolean heartbeatLost(Request request) {
    if (request.heartbeat().isEmpty()) {
      return false;
    }
    Duration interval = request.heartbeat().get();
    Instant now = records.time();
    Instant ready = updates.ready(request.updateId()).orElseThrow().time();
    if (now.isBefore(ready.plus(interval.multipliedBy(LOST_AFTER_INTERVALS)))) {
      return false;
    }
    long slot = slot(now, interval);
    for (long back = 0; back <= LOST_AFTER_INTERVALS; back++) {
      if (updates.hasHeartbeat(request.updateId(), slot - back)) {
        return false;
      }
    }
    return true;
  }

  private static long slot(Instant time, Duration interval) {
    return time.toEpochMilli() / interval.toMillis();
  }

  private static Fact readyFact(UpdateId id, Ready ready) {
    return new Fact.UpdateReady(UpdateRecords.name(id, "ready"), id, ready.points());
  }

  private static Fact blockedFact(UpdateId id, Blocked blocked) {
    return new Fact.UpdateBlocked(
        UpdateRecords.name(id, "blocked"), id, blocked.reason(), blocked.failures());
  }
}
