package dev.gnomon.local.cli;

import dev.gnomon.store.StoreUpkeep;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.check.RepairPlan;
import dev.gnomon.store.check.RepairReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `store repair`: makes lost chunks anew from other stores.
@Command(
    name = "repair",
    description = {
      "Checks a store whole, and makes what is lost anew: chunks from the stores of other cells,",
      "index objects from the packs. Deletes nothing and writes over nothing; what is damaged is",
      "condemned. Exit code 0: no point is hurt any more, 1: some are."
    },
    mixinStandardHelpOptions = true)
final class StoreRepairCommand implements Callable<Integer> {
  private final Gnomon top;

  @Mixin private StoreAddress.Choice store = new StoreAddress.Choice();

  @Option(
      names = "--from",
      paramLabel = "URL",
      description = "The store of another cell; may be given several times.")
  private List<String> from = new ArrayList<>();

  @Option(
      names = "--from-cell",
      paramLabel = "NAME",
      description = "The store of this cell of gnomon.yaml; may be given several times.")
  private List<String> fromCells = new ArrayList<>();

  @Option(
      names = "--from-key",
      paramLabel = "KEY",
      description = "The master key of the other stores, if it is not that of --key.")
  private @Nullable String fromKey;

  @Option(names = "--dry-run", description = "Shows what would be done and does nothing.")
  private boolean dryRun;

  StoreRepairCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() {
    List<StoreUrl.Opened> opened = new ArrayList<>();
    try {
      Map<String, StoreUpkeep> others = new LinkedHashMap<>();
      for (StoreAddress address : others()) {
        StoreUrl.Opened other = address.openExisting();
        opened.add(other);
        others.put(address.url(), other.upkeep());
      }
      StoreUrl.Opened damaged = store.address(top).openExisting();
      opened.add(damaged);
      return repair(damaged.upkeep(), others);
    } finally {
      opened.forEach(StoreUrl.Opened::close);
    }
  }

  /// A key that is given goes before that of a cell: that of `--key` is the damaged store's.
  private List<StoreAddress> others() {
    Optional<String> given = Optional.ofNullable(fromKey);
    List<StoreAddress> others = new ArrayList<>();
    from.forEach(url -> others.add(StoreAddress.of(url, given.or(top.options::key))));
    for (String cell : fromCells) {
      StoreAddress address = StoreAddress.ofCell(top, cell);
      others.add(address.withKey(given.or(address::key)));
    }
    return others;
  }

  private int repair(StoreUpkeep upkeep, Map<String, StoreUpkeep> others) {
    ProgressLine progress = new ProgressLine(top.console, "checking", 0);
    StoreUpkeep.Repair repair = upkeep.repair(others, bytes -> progress.advanced(0, bytes));
    progress.done();
    RepairPlan plan = repair.plan();
    if (dryRun) {
      if (top.console.json()) {
        top.console.value(json(plan));
      }
      CheckView.show(top.console, plan.found());
      show(plan);
      return plan.found().hurt().isEmpty() ? 0 : Failure.FAILED;
    }
    RepairReport report = repair.execute();
    progress.done();
    if (top.console.json()) {
      Map<String, Object> json = json(plan);
      json.put("fetched", report.fetched());
      json.put("fetchedBytes", report.fetchedBytes());
      json.put("copied", report.copied());
      json.put("indexed", report.indexed());
      json.put("left", CheckView.json(report.left()));
      top.console.value(json);
    }
    top.console.line(
        "fetched %s (%s), copied %s out of damaged packs, indexed %s"
            .formatted(
                Amounts.count(report.fetched(), "chunk", "chunks"),
                Amounts.bytes(report.fetchedBytes()),
                Amounts.count(report.copied(), "chunk", "chunks"),
                Amounts.count(report.indexed(), "pack", "packs")));
    CheckView.show(top.console, report.left());
    return report.left().hurt().isEmpty() ? 0 : Failure.FAILED;
  }

  private void show(RepairPlan plan) {
    Map<String, Integer> sources = new LinkedHashMap<>();
    plan.fetch().values().forEach(url -> sources.merge(url, 1, Integer::sum));
    sources.forEach((url, count) ->
        top.console.line(
            "would fetch %s from %s".formatted(Amounts.count(count, "chunk", "chunks"), url)));
    top.console.line(
        "would copy %s out of %s, and index %s"
            .formatted(
                Amounts.count(plan.copy().size(), "chunk", "chunks"),
                Amounts.count(plan.supersede().size(), "damaged pack", "damaged packs"),
                Amounts.count(plan.index().size(), "pack", "packs")));
    if (!plan.unrepairable().isEmpty()) {
      top.console.line(
          Console.Style.BAD,
          "no store has %s"
              .formatted(Amounts.count(plan.unrepairable().size(), "chunk", "chunks")));
    }
  }

  private static Map<String, Object> json(RepairPlan plan) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("found", CheckView.json(plan.found()));
    Map<String, String> fetch = new LinkedHashMap<>();
    plan.fetch().forEach((hash, url) -> fetch.put(hash.toString(), url));
    json.put("fetch", fetch);
    json.put("copy", plan.copy().size());
    json.put("supersede", plan.supersede());
    json.put("index", plan.index());
    json.put("unrepairable", plan.unrepairable().stream().map(Hash::toString).toList());
    return json;
  }
}
