package dev.gnomon.core.rollback;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.Steps.PartStep;
import dev.gnomon.core.rollback.Steps.PartsStep;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.RestoreReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Work of a rollback in parts: one part is done at once, more are handed out as events and joined
/// by asking for every part's marker.
final class FanOut {
  private final ControlRecords records;

  FanOut(ControlRecords records) {
    this.records = records;
  }

  /// How far the parts are.
  sealed interface Parts {
    record AllDone(RestoreReport report) implements Parts {}

    record Missing(List<Fact> facts) implements Parts {}
  }

  /// Plans the parts once, does the first if it is the only one, and tells what is missing.
  Parts run(
      String job,
      String rollback,
      String correlation,
      String step,
      Optional<Integer> only,
      Supplier<List<Part>> plan,
      Function<Part, RestoreReport> work) {
    ObjectName partsName = ObjectName.of("jobs", job, "parts");
    PartsStep parts =
        records
            .read(partsName, PartsStep.class)
            .orElseGet(() -> records.create(partsName, new PartsStep(plan.get())).record());
    Optional<Integer> mine = parts.parts().size() == 1 ? Optional.of(0) : only;
    mine.filter(number -> number >= 0 && number < parts.parts().size())
        .ifPresent(number -> once(job, parts.parts().get(number), work));
    RestoreReport total = RestoreReport.NOTHING;
    List<Fact> missing = new ArrayList<>();
    for (Part part : parts.parts()) {
      Optional<PartStep> done = records.read(doneName(job, part.number()), PartStep.class);
      if (done.isPresent()) {
        total = total.plus(done.get().report());
      } else {
        missing.add(
            new Fact.RollbackGoesOn(
                ObjectName.of("jobs", job, "part", part.number()),
                rollback,
                correlation,
                step,
                Optional.of(part.number())));
      }
    }
    if (missing.isEmpty()) {
      return new Parts.AllDone(total);
    }
    return new Parts.Missing(only.isPresent() ? List.of() : missing);
  }

  private void once(String job, Part part, Function<Part, RestoreReport> work) {
    if (!records.exists(doneName(job, part.number()))) {
      RestoreReport report = work.apply(part);
      records.create(doneName(job, part.number()), new PartStep(part.number(), report));
    }
  }

  private static ObjectName doneName(String job, int part) {
    return ObjectName.of("jobs", job, "done", part);
  }
}
