package dev.gnomon.core.rollback;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.Steps.RejectStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The records of one rollback of one resource, below `rollbacks/<resource>/<epoch>/`.
public final class RollbackRecords {
  private static final Pattern ID = Pattern.compile("(.+)-e([1-9][0-9]{0,17})");

  private final ControlRecords records;
  private final ResourceName resource;
  private final Epoch epoch;

  public RollbackRecords(ControlRecords records, ResourceName resource, Epoch epoch) {
    this.records = records;
    this.resource = resource;
    this.epoch = epoch;
  }

  /// The records of the rollback with this id; empty if the text is not an id of this form.
  public static Optional<RollbackRecords> of(ControlRecords records, String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RollbackRecords(
              records,
              new ResourceName(matcher.group(1)),
              new Epoch(Long.parseLong(matcher.group(2)))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public static String id(ResourceName resource, Epoch epoch) {
    return resource + "-e" + epoch;
  }

  /// The rollback whose step made a route, by the route's cause.
  public static Optional<RollbackRecords> causing(
      ControlRecords records, ResourceName resource, String cause) {
    String prefix = "rollbacks/" + resource + "/";
    if (!cause.startsWith(prefix)) {
      return Optional.empty();
    }
    String digits = cause.substring(prefix.length()).split("/", 2)[0];
    return digits.matches("[0-9]{20}")
        ? Optional.of(new RollbackRecords(records, resource, new Epoch(Long.parseLong(digits))))
        : Optional.empty();
  }

  public ObjectName name(String step) {
    return ObjectName.of("rollbacks", resource, epoch.padded(), step);
  }

  public String id() {
    return id(resource, epoch);
  }

  public ResourceName resource() {
    return resource;
  }

  public Epoch epoch() {
    return epoch;
  }

  public Optional<Intent> intent() {
    return records.read(name("intent"), Intent.class);
  }

  public Optional<Steps.DoneStep> done() {
    return records.read(name("done"), Steps.DoneStep.class);
  }

  public <T> Optional<T> read(String step, Class<T> type) {
    return records.read(name(step), type);
  }

  /// Writes a step's record, or finds the one another run of the step wrote; that one holds.
  public <T> T write(String step, T record) {
    return records.create(name(step), record).record();
  }

  public boolean has(String step) {
    return records.exists(name(step));
  }

  /// When the old primary did not do well while its return waited.
  RecordLog<Steps.SetbackStep> setbacks() {
    return new RecordLog<>(records, name("return-setbacks").value(), Steps.SetbackStep.class);
  }

  /// Candidates that turned out unusable, in order; as many as the index of the current candidate.
  public List<RejectStep> rejected() {
    List<RejectStep> rejected = new ArrayList<>();
    while (true) {
      Optional<RejectStep> next = read("rejected/" + rejected.size(), RejectStep.class);
      if (next.isEmpty()) {
        return rejected;
      }
      rejected.add(next.get());
    }
  }
}
