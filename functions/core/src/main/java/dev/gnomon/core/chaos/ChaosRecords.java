package dev.gnomon.core.chaos;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Factor;
import dev.gnomon.core.objects.ObjectName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/// Experiments as they are stored, below `chaos/`; each record is written once. Has to stand on a
/// store that suffers no trouble itself: who could not read that an experiment was stopped could
/// not stop. Thread-safe.
public final class ChaosRecords {
  private static final String RUNS = "chaos/runs";

  private final ControlRecords records;
  private final RecordLog<Begun> log;

  public ChaosRecords(ControlRecords records) {
    this.records = records;
    this.log = new RecordLog<>(records, "chaos/begun", Begun.class);
  }

  /// `chaos/runs/<id>/request`.
  public record Request(Experiment experiment, Instant time) {}

  /// `chaos/begun/<n>`: an experiment began; at most the newest goes on.
  ///
  /// @param until when its trouble lapses
  /// @param baseline how the routes were
  public record Begun(Experiment experiment, Instant from, Instant until, List<Served> baseline) {
    public Begun {
      baseline = List.copyOf(baseline);
    }
  }

  /// Where a resource was served.
  ///
  /// @param merit of that place, where it was known
  public record Served(
      ResourceName resource, CellName cell, Epoch epoch, Optional<Places.Reading> merit) {}

  /// `chaos/runs/<id>/stop`.
  public record Stop(String by, String reason, Instant time) {}

  /// `chaos/runs/<id>/noticed/<resource>`: merit said that the place that serves is bad.
  ///
  /// @param penalties of that place then
  public record Noticed(double before, double merit, Map<Factor, Double> penalties, Instant time) {
    public Noticed {
      penalties = Map.copyOf(penalties);
    }
  }

  /// `chaos/runs/<id>/processes/<process>/applies`: written before a process makes the trouble.
  public record Applies(Instant time) {}

  /// `chaos/runs/<id>/processes/<process>/lifted`: it does not any more.
  public record Lifted(long touched, Instant time) {}

  /// `chaos/runs/<id>/kills/<n>`.
  record Kill(Instant time) {}

  public Instant time() {
    return records.time();
  }

  /// @return what was asked first under this id
  Experiment request(Experiment experiment) {
    return records
        .create(name(experiment.id(), "request"), new Request(experiment, time()))
        .record()
        .experiment();
  }

  public Optional<Request> request(String id) {
    return records.read(name(id, "request"), Request.class);
  }

  public Optional<Outcome> outcome(String id) {
    return records.read(name(id, "outcome"), Outcome.class);
  }

  boolean ended(String id) {
    return records.exists(name(id, "outcome"));
  }

  /// @return the outcome that stands
  Outcome seal(String id, Outcome outcome) {
    return records.create(name(id, "outcome"), outcome).record();
  }

  public Optional<Stop> stop(String id) {
    return records.read(name(id, "stop"), Stop.class);
  }

  boolean stopped(String id) {
    return records.exists(name(id, "stop"));
  }

  /// @return what stopped it first
  Stop stop(String id, String by, String reason) {
    return records.create(name(id, "stop"), new Stop(by, reason, time())).record();
  }

  /// Number of the newest that began, 0 if none ever did: one small question.
  long newest() {
    return log.end();
  }

  Optional<Begun> begun(long number) {
    return log.get(number);
  }

  /// The newest that began.
  Optional<Numbered<Begun>> last() {
    return log.last();
  }

  /// Lets an experiment be the newest.
  ///
  /// @return whether it is; false: another took the number
  boolean begin(long number, Begun begun) {
    return log.append(number, begun) instanceof Created;
  }

  /// Those that began, the newest first.
  public List<Begun> begun(int limit) {
    long end = log.end();
    return LongStream.rangeClosed(Math.max(1, end - limit + 1), end)
        .mapToObj(log::get)
        .flatMap(Optional::stream)
        .toList()
        .reversed();
  }

  /// When an experiment began; empty if it did not, or long ago.
  public Optional<Begun> begun(String id) {
    long end = log.end();
    return LongStream.rangeClosed(Math.max(1, end - MAX_LOOKED_AT + 1), end)
        .map(number -> end - (number - Math.max(1, end - MAX_LOOKED_AT + 1)))
        .mapToObj(log::get)
        .flatMap(Optional::stream)
        .filter(one -> one.experiment().id().equals(id))
        .findFirst();
  }

  private static final int MAX_LOOKED_AT = 1000;

  /// Ids of what was asked and perhaps not begun, by name: for people.
  public List<String> asked() {
    List<String> ids = new ArrayList<>();
    Optional<ObjectName> name = records.nameAfter(RUNS + "/", Optional.empty());
    while (name.isPresent() && ids.size() < MAX_LOOKED_AT) {
      String id = name.get().value().substring(RUNS.length() + 1).split("/", 2)[0];
      ids.add(id);
      name = records.nameAfter(RUNS + "/", Optional.of(ObjectName.of(RUNS, id, BEHIND_ALL)));
    }
    return ids;
  }

  /// Comes after every name below an experiment.
  private static final String BEHIND_ALL = "zzzz";

  void noticed(String id, ResourceName resource, Noticed noticed) {
    records.create(name(id, "noticed/" + resource), noticed);
  }

  Optional<Noticed> noticed(String id, ResourceName resource) {
    return records.read(name(id, "noticed/" + resource), Noticed.class);
  }

  void applies(String id, String process) {
    records.create(name(id, "processes/" + process + "/applies"), new Applies(time()));
  }

  void lifted(String id, String process, long touched) {
    records.create(name(id, "processes/" + process + "/lifted"), new Lifted(touched, time()));
  }

  /// What each process that made the trouble says of its end.
  Map<String, Optional<Lifted>> processes(String id) {
    String prefix = name(id, "processes").value() + "/";
    Map<String, Optional<Lifted>> found = new TreeMap<>();
    for (ObjectName one : records.names(prefix)) {
      String process = one.value().substring(prefix.length()).split("/", 2)[0];
      found.computeIfAbsent(
          process,
          ignored -> records.read(name(id, "processes/" + process + "/lifted"), Lifted.class));
    }
    return found;
  }

  /// Takes one of so many kills of an experiment, whichever process wants it.
  ///
  /// @return false if none is left
  public boolean claimKill(String id, int times) {
    for (int n = 1; n <= times; n++) {
      if (records.create(name(id, "kills/" + n), new Kill(time())) instanceof Created) {
        return true;
      }
    }
    return false;
  }

  private static ObjectName name(String id, String what) {
    return new ObjectName(RUNS + "/" + Experiment.checkedId(id) + "/" + what);
  }
}
