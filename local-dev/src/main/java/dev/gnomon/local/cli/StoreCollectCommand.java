package dev.gnomon.local.cli;

import dev.gnomon.core.shadow.Expiry.CollectReport;
import dev.gnomon.store.garbage.GarbagePlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `store collect`: one step of garbage collection.
@Command(
    name = "collect",
    description = {
      "One step of garbage collection: condemns what no point needs, and deletes what was"
          + " condemned",
      "a grace time ago. Safe beside shadows and restores; run it again a day later."
    },
    mixinStandardHelpOptions = true)
final class StoreCollectCommand implements Callable<Integer> {
  private final Gnomon top;

  @Mixin private StoreAddress.Choice store = new StoreAddress.Choice();

  @Option(names = "--dry-run", description = "Shows what would be done and does nothing.")
  private boolean dryRun;

  StoreCollectCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public Integer call() {
    try (StoreUrl.Opened opened = store.address(top).openExisting()) {
      GarbagePlan plan = opened.upkeep().planCollection();
      if (!dryRun) {
        CollectReport done = opened.upkeep().collect(plan);
        if (top.console.json()) {
          top.console.value(json(plan, Map.of("done", done)));
        }
        show(plan, "");
        return 0;
      }
      if (top.console.json()) {
        top.console.value(json(plan, Map.of()));
      }
      show(plan, "would be ");
      return 0;
    }
  }

  private void show(GarbagePlan plan, String would) {
    Console console = top.console;
    console.line(
        "%s, %s, of which %s is dead; %s keep the rest"
            .formatted(
                Amounts.count(plan.packs(), "pack", "packs"),
                Amounts.bytes(plan.packBytes()),
                Amounts.bytes(plan.deadBytes()),
                Amounts.count(plan.roots(), "root", "roots")));
    console.line(
        "deleted: %s%s, %s"
            .formatted(
                would,
                Amounts.count(plan.delete().size(), "pack", "packs"),
                Amounts.bytes(plan.freesNow())));
    console.line(
        "condemned: %s%s, to be deleted from %s on"
            .formatted(
                would,
                Amounts.count(plan.condemn().size(), "pack", "packs"),
                Amounts.time(plan.time().plus(plan.grace()))));
    console.line(
        "repacked: %s%s, to copy %s and free %s"
            .formatted(
                would,
                Amounts.count(plan.repack().size(), "pack", "packs"),
                Amounts.bytes(liveBytes(plan)),
                Amounts.bytes(plan.freesLater() - condemnedBytes(plan))));
    plan.waiting()
        .forEach(round ->
            console.line(
                "waiting: %s, %s, until %s"
                    .formatted(
                        Amounts.count(round.amount().packs(), "pack", "packs"),
                        Amounts.bytes(round.amount().bytes()),
                        Amounts.time(round.due()))));
    if (plan.young().packs() > 0) {
      console.line(
          "too young to tell: %s, %s"
              .formatted(
                  Amounts.count(plan.young().packs(), "pack", "packs"),
                  Amounts.bytes(plan.young().bytes())));
    }
  }

  private static Map<String, Object> json(GarbagePlan plan, Map<String, Object> more) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("time", plan.time());
    json.put("graceSeconds", plan.grace().toSeconds());
    json.put("roots", plan.roots());
    json.put("packs", plan.packs());
    json.put("packBytes", plan.packBytes());
    json.put("deadBytes", plan.deadBytes());
    json.put("delete", packs(plan.delete()));
    json.put("deleteBytes", plan.freesNow());
    json.put("condemn", packs(plan.condemn()));
    json.put("condemnBytes", condemnedBytes(plan));
    json.put("repack", plan.repack().stream().map(GarbagePlan.Partly::pack).toList());
    json.put("repackCopiesBytes", liveBytes(plan));
    json.put("repackFreesBytes", plan.freesLater() - condemnedBytes(plan));
    json.put("deletedFrom", plan.time().plus(plan.grace()));
    json.put("waiting", plan.waiting());
    json.put("young", plan.young());
    json.putAll(more);
    return json;
  }

  private static List<String> packs(List<GarbagePlan.Dead> dead) {
    return dead.stream().map(GarbagePlan.Dead::pack).toList();
  }

  private static long condemnedBytes(GarbagePlan plan) {
    return plan.condemn().stream().mapToLong(GarbagePlan.Dead::bytes).sum();
  }

  private static long liveBytes(GarbagePlan plan) {
    return plan.repack().stream().mapToLong(GarbagePlan.Partly::liveBytes).sum();
  }
}
