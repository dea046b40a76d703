package dev.gnomon.store.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.check.CheckReport.Kind;
import dev.gnomon.store.points.PointRecords;
import dev.gnomon.store.points.StoredPoint;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What other records say of points whose own is not there. What a job chose stays for as long as
/// its point does: a choice too old to be placed, of a job without a point, was given up or its
/// point was lost. Nobody can tell which, and the next collection deletes the choice, so this is a
/// note. An expired point has a marker, which is deleted with the choice or after it.
final class NotedPoints {
  private final StoreParts store;
  private final Map<ObjectName, Choice> choices = new LinkedHashMap<>();
  private final Set<PointId> expired = new HashSet<>();
  private final Set<String> expiredJobs = new HashSet<>();

  NotedPoints(StoreParts store) {
    this.store = store;
  }

  /// @param point with the first number that was to be tried
  private record Choice(String job, PointId point) {}

  /// Told of each record that is whole.
  void add(ObjectStat object, JsonNode record, Instant now) {
    String name = object.name().value();
    if (name.startsWith("store/expired/")) {
      id(record.path("point")).ifPresent(expired::add);
      expiredJobs.add(record.path("job").asText());
    } else if (name.startsWith("store/jobs/")
        && name.contains("/chosen/")
        && object.modified().plus(store.settings().grace().dividedBy(2)).isBefore(now)) {
      JsonNode point = record.path("template").path("point");
      id(point.path("id"))
          .ifPresent(id -> choices.put(object.name(), new Choice(point.path("job").asText(), id)));
    }
  }

  void tell(Findings findings) {
    Map<ResourceName, Set<String>> jobs = new HashMap<>();
    choices.forEach((name, choice) -> {
      PointId id = choice.point();
      if (!expired.contains(id)
          && !expiredJobs.contains(choice.job())
          && !jobs.computeIfAbsent(id.resource(), this::living).contains(choice.job())
          && store.objects().stat(PointRecords.nameOf(id)).isEmpty()) {
        findings.note(
            Kind.MISSING,
            PointRecords.nameOf(id),
            "'%s' says that this point was taken, and there is none of its job: it was given up, or its record was lost"
                .formatted(name));
      }
    });
  }

  private Set<String> living(ResourceName resource) {
    List<StoredPoint> points = store.points().of(resource);
    return points.stream().map(stored -> stored.point().job()).collect(Collectors.toSet());
  }

  private static Optional<PointId> id(JsonNode node) {
    try {
      return Optional.of(PointId.parse(node.asText()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
