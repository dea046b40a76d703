package dev.gnomon.store;

import dev.gnomon.core.shadow.Expiry.CollectReport;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.check.RepairPlan;
import dev.gnomon.store.check.RepairReport;
import dev.gnomon.store.check.StoreCheck;
import dev.gnomon.store.check.StoreRepair;
import dev.gnomon.store.garbage.Collector;
import dev.gnomon.store.garbage.GarbagePlan;
import java.nio.file.Path;
import java.util.Map;

/// What keeps a store in order and is not part of shadows and restores: garbage by plan, check,
/// repair. For people and their timers.
public final class StoreUpkeep {
  private final StoreParts parts;
  private final Path temporary;

  StoreUpkeep(StoreParts parts, Path temporary) {
    this.parts = parts;
    this.temporary = temporary;
  }

  /// What a step of collection would do now, by the longest grace time that anybody recorded.
  public GarbagePlan planCollection() {
    return new Collector(parts).plan(parts.settings().grace());
  }

  public CollectReport collect(GarbagePlan plan) {
    return new Collector(parts).execute(plan);
  }

  /// The packs that a check of so many percent reads today.
  public ReadSample sampleOfToday(int percent) {
    return ReadSample.of(percent, parts.objects().time());
  }

  public CheckReport check(ReadSample sample, StoreCheck.Progress progress) {
    return new StoreCheck(parts, temporary).run(sample, progress);
  }

  /// A repair that is to be planned and carried out.
  ///
  /// @param others stores to get lost chunks from, by what people call them
  public Repair repair(Map<String, StoreUpkeep> others, StoreCheck.Progress progress) {
    StoreRepair repair = new StoreRepair(parts, temporary);
    others.forEach((title, other) -> repair.from(title, other.parts));
    return new Repair(repair, repair.plan(progress), progress);
  }

  /// @param plan what it is going to do
  public record Repair(StoreRepair repair, RepairPlan plan, StoreCheck.Progress progress) {
    public RepairReport execute() {
      return repair.execute(plan, progress);
    }
  }
}
