package dev.gnomon.core.replica;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.replica.ShrinkGuard.Measure;
import java.util.Optional;

/// What is noted of the generations of one replica while they follow the primary.
final class FollowNotes implements ShrinkGuard.Measures {
  private final ControlRecords records;
  private final ResourceName resource;
  private final CellName cell;

  FollowNotes(ControlRecords records, ResourceName resource, CellName cell) {
    this.records = records;
    this.resource = resource;
    this.cell = cell;
  }

  /// `in-step/<resource>/<cell>/<generation>`: the generation was in step with the primary once.
  record InStep(long generation) {}

  private ObjectName inStep(long generation) {
    return ObjectName.of("in-step/" + resource + "/" + cell, "%06d".formatted(generation));
  }

  boolean wasInStep(long generation) {
    return records.exists(inStep(generation));
  }

  /// Says that a generation that follows the primary is in step with it.
  void noteInStep(long generation) {
    if (!wasInStep(generation)) {
      var ignored = records.create(inStep(generation), new InStep(generation));
    }
  }

  private RecordLog<Measure> measures(long generation) {
    return new RecordLog<>(
        records, "in-step-files/%s/%s/%06d".formatted(resource, cell, generation), Measure.class);
  }

  @Override
  public Optional<Measure> measure(long generation) {
    return measures(generation).last().map(Numbered::record);
  }

  @Override
  public void note(long generation, Measure measure) {
    RecordLog<Measure> measures = measures(generation);
    long next = measures.last().map(Numbered::number).orElse(0L) + 1;
    var ignored = measures.append(next, measure);
  }
}
