package dev.gnomon.core.shadow;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ObjectName;
import java.util.Optional;

/// What is recorded of shadow jobs: what was planned, which parts are done, how each ended.
final class JobRecords {
  private final ControlRecords records;

  JobRecords(ControlRecords records) {
    this.records = records;
  }

  /// @return empty as long as the job has not ended
  Optional<ShadowJob.Result> result(String job) {
    return records.read(name(job, "result"), ShadowJob.Result.class);
  }

  ShadowJob required(String job) {
    return planned(job).orElseThrow(() -> new Refusal("unknown job '" + job + "'"));
  }

  /// @return empty if nothing was planned yet
  Optional<ShadowJob> planned(String job) {
    return records.read(name(job, "parts"), ShadowJob.class);
  }

  /// The first plan holds.
  ShadowJob plan(ShadowJob job) {
    return records.create(name(job.job(), "parts"), job).record();
  }

  boolean joined(ShadowJob job) {
    return job.parts().stream().allMatch(part -> done(job, part.number()));
  }

  boolean done(ShadowJob job, int part) {
    return records.exists(name(job.job(), "done/" + part));
  }

  void partDone(ShadowJob job, int part) {
    records.create(name(job.job(), "done/" + part), new ShadowJob.PartDone(part));
  }

  /// The first result holds.
  ShadowJob.Result end(String job, ShadowJob.Result result) {
    return records.create(name(job, "result"), result).record();
  }

  static ObjectName name(String job, String what) {
    return ObjectName.of("jobs", job, what);
  }
}
