package dev.gnomon.core.automation;

import static java.util.Comparator.comparing;

import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Decisions as they are stored: `decisions/<resource>/<key>` by what they answer, so that the same
/// trigger finds its decision, and `decided/<resource>/<n>` in order, so that people find it.
/// Thread-safe.
public final class DecisionLog {
  private static final Pattern ID = Pattern.compile("(.+)-d([1-9][0-9]{0,17})");

  /// Decisions of versions that kept no order are looked at up to this many a resource.
  private static final int MAX_UNORDERED = 100;

  private final ControlRecords records;
  private final Map<ResourceName, RecordLog<Entry>> logs = new ConcurrentHashMap<>();

  public DecisionLog(ControlRecords records) {
    this.records = records;
  }

  /// `decided/<resource>/<n>`.
  record Entry(String key) {}

  static ObjectName name(ResourceName resource, String trigger) {
    return byKey(resource, Answers.key(trigger));
  }

  private static ObjectName byKey(ResourceName resource, String key) {
    return ObjectName.of("decisions", resource, key);
  }

  Optional<Decision> read(ObjectName name) {
    return records.read(name, Decision.class);
  }

  /// Stores a decision on a trigger, unless somebody else has decided on it meanwhile. Its place in
  /// the order is taken first, so that no decision is without one.
  ///
  /// @return the decision that stands
  Decision create(String trigger, Decision decision) {
    ResourceName resource = decision.resource();
    String key = Answers.key(trigger);
    RecordLog<Entry> log = log(resource);
    Entry entry = new Entry(key);
    long number = log.last().map(Numbered::number).orElse(0L) + 1;
    while (!log.append(number, entry).record().equals(entry)) {
      number++;
    }
    return records.create(byKey(resource, key), decision.named(resource + "-d" + number)).record();
  }

  /// @param id as a decision says it
  public Optional<Decision> find(String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    ResourceName resource;
    try {
      resource = new ResourceName(matcher.group(1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return log(resource)
        .get(Long.parseLong(matcher.group(2)))
        .flatMap(entry -> read(byKey(resource, entry.key())));
  }

  /// The newest decision on a resource.
  public Optional<Decision> newest(ResourceName resource) {
    RecordLog<Entry> log = log(resource);
    Optional<Numbered<Entry>> last = log.last();
    while (last.isPresent()) {
      Optional<Decision> decision = read(byKey(resource, last.get().record().key()));
      if (decision.isPresent()) {
        return decision;
      }
      // Whoever took this place was killed before it stored the decision.
      long before = last.get().number() - 1;
      last = before == 0 ? Optional.empty() : log.get(before).map(e -> new Numbered<>(before, e));
    }
    return Optional.empty();
  }

  /// The newest decisions on some resources, the newest first.
  public List<Decision> newest(List<ResourceName> resources, int max) {
    return resources.stream()
        .flatMap(resource -> newest(resource, max).stream())
        .sorted(comparing(Decision::time).reversed())
        .limit(max)
        .toList();
  }

  private List<Decision> newest(ResourceName resource, int max) {
    RecordLog<Entry> log = log(resource);
    Set<String> keys = new LinkedHashSet<>();
    for (long number = log.last().map(Numbered::number).orElse(0L);
        number >= 1 && keys.size() < max;
        number--) {
      log.get(number).map(Entry::key).ifPresent(keys::add);
    }
    if (keys.size() < max) {
      String prefix = "decisions/" + resource + "/";
      records.names(prefix).stream()
          .limit(MAX_UNORDERED)
          .forEach(name -> keys.add(name.value().substring(prefix.length())));
    }
    List<Decision> found = new ArrayList<>();
    keys.forEach(key -> read(byKey(resource, key)).ifPresent(found::add));
    return found;
  }

  private RecordLog<Entry> log(ResourceName resource) {
    return logs.computeIfAbsent(
        resource, name -> new RecordLog<>(records, "decided/" + name, Entry.class));
  }
}
