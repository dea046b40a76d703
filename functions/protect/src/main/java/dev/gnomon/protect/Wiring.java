package dev.gnomon.protect;

import dev.gnomon.core.actuators.Actuators;
import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.automation.Approvals;
import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.automation.BlastRadius;
import dev.gnomon.core.automation.CollectGarbage;
import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.automation.ExpirePoints;
import dev.gnomon.core.automation.Guard;
import dev.gnomon.core.automation.Intervals;
import dev.gnomon.core.automation.Pause;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.chaos.ChaosRecords;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.TroubledCheckpoint;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Ledger;
import dev.gnomon.core.facts.RecordedLedger;
import dev.gnomon.core.journal.FollowVersions;
import dev.gnomon.core.journal.ObserveWrites;
import dev.gnomon.core.merit.WatchMerit;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.core.replica.DropGenerations;
import dev.gnomon.core.replica.FollowPrimary;
import dev.gnomon.core.replica.KeepInStep;
import dev.gnomon.core.replica.KeyHints;
import dev.gnomon.core.replica.Owners;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.IdleRollbacks;
import dev.gnomon.core.rollback.PlanRollback;
import dev.gnomon.core.rollback.RollbackViews;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Surroundings;
import dev.gnomon.core.rollback.Suspicions;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Protection;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.core.update.Migrations;
import dev.gnomon.core.update.UpdateRecords;
import dev.gnomon.core.update.Updates;
import dev.gnomon.protect.webhooks.ForgetDeliveries;
import dev.gnomon.protect.webhooks.HookLog;
import dev.gnomon.protect.webhooks.Webhooks;
import dev.gnomon.runtime.Cause;
import dev.gnomon.runtime.Emitter;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;

/// Puts the use cases together. What they stand on (the catalogue, the cells' object stores, the
/// route index, the directory for state) comes from [Opening] or, in the local stack, from the
/// stack.
@Singleton
class Wiring {

  @Produces
  @Singleton
  ControlRecords records(Catalogue catalogue, CellObjects cells) {
    return new ControlRecords(cells.of(catalogue.control()), () -> UUID.randomUUID().toString());
  }

  @Produces
  @Singleton
  OpenWork openWork(Catalogue catalogue, CellObjects cells, ControlRecords records) {
    return new OpenWork(cells.of(catalogue.control()), records);
  }

  @Produces
  @Singleton
  IdleRollbacks idleRollbacks(
      Catalogue catalogue, CellObjects cells, ControlRecords records, OpenWork openWork) {
    return new IdleRollbacks(cells.of(catalogue.control()), records, openWork);
  }

  @Produces
  @Singleton
  RouteTable routes(ControlRecords records, RouteIndex index) {
    return new RouteTable(records, index);
  }

  @Produces
  @DefaultBean
  @Singleton
  Checkpoint checkpoint(Injected injected, ChaosRecords chaos) {
    return new TroubledCheckpoint(
        HaltAfter.named(System.getenv("GNOMON_HALT_AFTER")), injected, chaos::claimKill);
  }

  @Produces
  @Singleton
  Replicas replicas(ControlRecords records, CellStores stores, Fence fence) {
    return new Replicas(records, stores, Owners.ofThisProcess(HostName.get()), fence);
  }

  @Produces
  @Singleton
  Surroundings surroundings(
      Catalogue catalogue,
      ControlRecords records,
      OpenWork openWork,
      RouteTable routes,
      CellStores stores,
      Replicas replicas,
      Fence fence,
      Actuators actuators,
      Check check,
      Checkpoint checkpoint,
      WatchMerit destinations,
      ProtectSettings settings) {
    return new Surroundings(
        catalogue,
        records,
        openWork,
        routes,
        stores,
        replicas,
        fence,
        actuators,
        check,
        checkpoint,
        settings.partBytes(),
        settings.patience(),
        destinations);
  }

  @Produces
  @Singleton
  ChoosePoint choosePoint(Catalogue catalogue, ControlRecords records, CellStores stores) {
    return new ChoosePoint(records, stores, new Suspicions(records, catalogue.clockTolerance()));
  }

  @Produces
  @Singleton
  Ledger ledger(ControlRecords records, Emitter emitter) {
    return new RecordedLedger(
        records, fact -> emitter.emit(FactEvents.of(fact), Telling.cause("rollback")));
  }

  @Produces
  @Singleton
  Rollbacks rollbacks(
      Surroundings world,
      ChoosePoint choosePoint,
      Ledger ledger,
      Pause pause,
      ProtectSettings settings) {
    return new Rollbacks(world, choosePoint, ledger, settings.budget(), pause);
  }

  @Produces
  @Singleton
  PlanRollback plans(Surroundings world, ChoosePoint choosePoint) {
    return new PlanRollback(world, choosePoint);
  }

  @Produces
  @Singleton
  FirstRoutes firstRoutes(Surroundings world) {
    return new FirstRoutes(world.routes(), world.actuators());
  }

  @Produces
  @Singleton
  Protection protection(Surroundings world, FirstRoutes firstRoutes) {
    return new Guard(
        firstRoutes,
        new Running(world.records()),
        world.openWork(),
        new UpdateRecords(world.records()));
  }

  @Produces
  @Singleton
  TakeShadow takeShadow(Surroundings world, Protection protection) {
    return new TakeShadow(
        world.catalogue(),
        world.records(),
        world.openWork(),
        world.stores(),
        protection,
        world.replicas(),
        world.fence(),
        world.check(),
        world.checkpoint(),
        world.partBytes());
  }

  @Produces
  @Singleton
  FollowPrimary.Tools following(
      Surroundings world,
      Protection protection,
      TreeMirror.Mirrors mirrors,
      ChangeFeed.Feeds feeds,
      KeyHints hints) {
    return new FollowPrimary.Tools(
        world.replicas(),
        protection,
        world.fence(),
        world.stores(),
        world.openWork(),
        mirrors,
        feeds,
        hints,
        KeepInStep.COMPARE_EVERY,
        FollowPrimary.SIGN_EVERY,
        Clock.systemUTC());
  }

  @Produces
  @Singleton
  KeyHints keyHints(Catalogue catalogue, OpenWork openWork) {
    return new KeyHints(catalogue, openWork);
  }

  @Produces
  @Singleton
  Updates updates(Surroundings world) {
    return new Updates(world.catalogue(), world.records(), world.openWork(), world.checkpoint());
  }

  @Produces
  @Singleton
  Migrations migrations(ControlRecords records) {
    return new Migrations(records);
  }

  @Produces
  @Singleton
  UpdateRecords updateRecords(ControlRecords records) {
    return new UpdateRecords(records);
  }

  @Produces
  @Singleton
  Answers answers(ControlRecords records) {
    return new Answers(records);
  }

  @Produces
  @Singleton
  HookLog hookLog(Surroundings world, Emitter emitter) {
    return new HookLog(
        world.records(),
        world.openWork(),
        world.checkpoint(),
        event -> emitter.emit(event, Cause.none(Webhooks.FUNCTION)));
  }

  @Produces
  @Singleton
  ForgetDeliveries forgetDeliveries(Surroundings world, CellObjects cells) {
    return new ForgetDeliveries(
        cells.of(world.catalogue().control()), world.openWork(), world.catalogue().webhooks());
  }

  @Produces
  @Singleton
  Pause pause(Untroubled untroubled) {
    return new Pause(untroubled.records()); // It has to work whatever an experiment does.
  }

  @Produces
  @Singleton
  DecisionLog decisionLog(ControlRecords records) {
    return new DecisionLog(records);
  }

  @Produces
  @Singleton
  Automation automation(
      Surroundings world,
      Rollbacks rollbacks,
      FirstRoutes firstRoutes,
      Pause pause,
      BlastRadius radius,
      DecisionLog decisions,
      ApprovalLinks links,
      Notifier notifier) {
    return new Automation(
        world.catalogue(),
        world.records(),
        rollbacks,
        firstRoutes,
        world.fence(),
        pause,
        radius,
        world.stores(),
        decisions,
        links,
        notifier);
  }

  @Produces
  @Singleton
  BlastRadius blastRadius(Surroundings world) {
    return new BlastRadius(
        world.records(),
        world.routes(),
        world.catalogue().policies().decisions().limits(),
        world.checkpoint());
  }

  @Produces
  @Singleton
  Approvals approvals(
      Surroundings world,
      DecisionLog decisions,
      Rollbacks rollbacks,
      Pause pause,
      BlastRadius radius) {
    return new Approvals(
        world.records(),
        world.openWork(),
        decisions,
        world.routes(),
        rollbacks,
        pause,
        radius,
        world.checkpoint());
  }

  @Produces
  @Singleton
  TellPeople people(
      Catalogue catalogue,
      ControlRecords records,
      OpenWork openWork,
      NoticeSender sender,
      Checkpoint checkpoint,
      NoticeMeters meters,
      ProtectSettings settings) {
    return new TellPeople(
        catalogue.notifications(),
        records,
        openWork,
        sender,
        checkpoint,
        meters,
        settings.budget(),
        work -> Thread.ofVirtual().name("gnomon-notice").start(work));
  }

  @Produces
  @Singleton
  Intervals intervals(Surroundings world) {
    return new Intervals(world.catalogue(), world.records(), world.openWork());
  }

  @Produces
  @Singleton
  ExpirePoints expirePoints(Surroundings world, CellObjects cells) {
    return new ExpirePoints(
        world.catalogue(),
        world.records(),
        cells.of(world.catalogue().control()),
        world.openWork(),
        world.stores(),
        world.routes(),
        world.replicas());
  }

  @Produces
  @Singleton
  ObserveWrites observeWrites(Surroundings world) {
    return new ObserveWrites(world.catalogue(), world.stores());
  }

  @Produces
  @Singleton
  FollowVersions followVersions(Surroundings world) {
    return new FollowVersions(
        world.catalogue(), world.stores(), world.openWork(), Clock.systemUTC());
  }

  @Produces
  @Singleton
  CollectGarbage collectGarbage(Surroundings world, ProtectSettings settings) {
    return new CollectGarbage(world.catalogue(), world.records(), world.stores(), settings.grace());
  }

  @Produces
  @Singleton
  DropGenerations dropGenerations(Surroundings world) {
    return new DropGenerations(
        world.records(), world.routes(), world.replicas(), world.fence(), world.stores());
  }

  @Produces
  @Singleton
  RollbackViews rollbackViews(ControlRecords records, RouteTable routes) {
    return new RollbackViews(records, routes);
  }

  @Produces
  @Singleton
  UpdateViews updateViews(ControlRecords records) {
    return new UpdateViews(records);
  }

  @Produces
  @Singleton
  StatusView status(
      Surroundings world,
      Followers followers,
      FollowVersions followVersions,
      RollbackViews rollbacks,
      UpdateViews updates,
      Pause pause,
      DecisionLog decisions) {
    return new StatusView(
        world.catalogue(),
        world.records(),
        world.routes(),
        world.stores(),
        world.replicas(),
        followers,
        followVersions,
        rollbacks,
        updates,
        pause,
        decisions);
  }

  @Produces
  @Singleton
  Telling telling() {
    return new Telling();
  }
}
