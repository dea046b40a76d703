package dev.gnomon.protect;

import dev.gnomon.core.actuators.Actuators;
import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.actuators.FenceByPlace;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.notices.NoticeSender;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.filesystem.actuators.CommandActuator;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.filesystem.actuators.SymlinkActuator;
import dev.gnomon.filesystem.fence.DirectoryFence;
import dev.gnomon.filesystem.mirror.DirectoryMirror;
import dev.gnomon.filesystem.programs.ProgramChecks;
import dev.gnomon.filesystem.programs.ProgramRunner;
import dev.gnomon.filesystem.watch.InotifyFeed;
import dev.gnomon.s3.PrefixFence;
import dev.gnomon.s3.S3Buckets;
import dev.gnomon.webhook.RetryPolicy;
import dev.gnomon.webhook.WebhookActuator;
import dev.gnomon.webhook.WebhookNoticeSender;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/// The technologies this deployable chooses for the ports of core.
@Singleton
class Adapters {
  @Produces
  @Singleton
  FileAppliedEpochs epochs(StateDirectory state) {
    return new FileAppliedEpochs(state.path());
  }

  @Produces
  @Singleton
  ProgramRunner programs() {
    return new ProgramRunner();
  }

  @Produces
  @DefaultBean
  @Singleton
  Buckets buckets(Catalogue catalogue) {
    return new S3Buckets(catalogue::reach, Adapters::variable);
  }

  void close(@Disposes Buckets buckets) {
    if (buckets instanceof S3Buckets open) {
      open.close();
    }
  }

  @Produces
  @DefaultBean
  @Singleton
  CellStores stores(
      Catalogue catalogue, CellObjects objects, ProtectSettings settings, Buckets buckets) {
    return new StoreCells(catalogue, objects::of, settings.grace(), buckets);
  }

  @Produces
  @DefaultBean
  @Singleton
  Fence fence(FileAppliedEpochs epochs, ProgramRunner programs, Catalogue catalogue) {
    return new FenceByPlace(
        new DirectoryFence(epochs, programs),
        new PrefixFence(epochs, catalogue::reach, Adapters::variable));
  }

  @Produces
  @Singleton
  Actuators actuators(FileAppliedEpochs epochs, ProgramRunner programs) {
    return new Actuators(
        new SymlinkActuator(epochs),
        new CommandActuator(epochs, programs),
        new WebhookActuator(epochs, Adapters::variable));
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name));
  }

  @Produces
  @Singleton
  TreeMirror.Mirrors mirrors() {
    return DirectoryMirror.mirrors(Clock.systemUTC());
  }

  @Produces
  @Singleton
  ChangeFeed.Feeds feeds() {
    return InotifyFeed.feeds();
  }

  @Produces
  @Singleton
  Check check(ProgramRunner programs) {
    return new ProgramChecks(programs);
  }

  @Produces
  @DefaultBean
  @Singleton
  NoticeSender noticeSender() {
    return new WebhookNoticeSender(Adapters::variable, RetryPolicy.DEFAULT);
  }
}
