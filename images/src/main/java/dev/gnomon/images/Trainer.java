package dev.gnomon.images;

import dev.gnomon.local.servers.Tether;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Trains applications one after the other in the same surroundings. The deployable PROTECT runs
/// first in them: it makes the routes that others read.
public final class Trainer implements AutoCloseable {
  private final Path built;
  private final Path runtime;
  private final Path work;
  private @Nullable Surroundings surroundings;

  /// @param built a checkout with what was built, or a copy of that
  /// @param runtime that the image will carry
  /// @param work directory of the caller's, who removes it
  public Trainer(Path built, Path runtime, Path work) {
    this.built = built;
    this.runtime = runtime;
    this.work = work;
  }

  /// The layout of an application with the list of its libraries, not yet with a cache.
  public Layout plain(Application application) throws IOException {
    Path app = application.app(built);
    Path sbom = sbom(application);
    Files.write(sbom, Sbom.of(application, runtime, app));
    Layout layout =
        switch (application) {
          case Deployable deployable -> Layout.of(runtime, app, work);
          case Cli cli -> Layout.ofCommands(runtime, app, work);
        };
    return layout.withSbom(sbom);
  }

  /// The list of what is in an image, in a file that [#plain] leaves.
  Path sbom(Application application) {
    return work.resolve(application.word() + ".cdx.json");
  }

  /// The layout of an application with its cache.
  public Layout trained(Application application) throws IOException, InterruptedException {
    return trained(application, plain(application));
  }

  /// @param layout of the application without a cache
  Layout trained(Application application, Layout layout) throws IOException, InterruptedException {
    Path root = Files.createDirectories(work.resolve("root-" + application.word()));
    layout.lay(root);
    Path log = work.resolve(application.word() + ".log");
    return layout.with(
        switch (application) {
          case Deployable deployable -> Training.train(deployable, root, surroundings(), log);
          case Cli cli -> Training.trainCommands(root, surroundings(), log);
        });
  }

  /// With the routes made.
  private Surroundings surroundings() throws IOException, InterruptedException {
    if (surroundings == null) {
      Surroundings made = Surroundings.start(Files.createDirectories(work.resolve("surroundings")));
      surroundings = made;
      firstRoutes(built, made, work.resolve("first.log"));
    }
    return surroundings;
  }

  /// Has the deployable PROTECT take a first event, which makes the routes.
  public static void firstRoutes(Path built, Surroundings surroundings, Path log)
      throws IOException, InterruptedException {
    try (RunningDeployable protect =
        RunningDeployable.start(
            Tether.words(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-jar",
                    "quarkus-run.jar")),
            Deployable.PROTECT.app(built),
            surroundings.environment(Deployable.PROTECT),
            log)) {
      new Caller(protect.address()).first(Deployable.PROTECT);
      protect.stop();
    }
  }

  @Override
  public void close() {
    if (surroundings != null) {
      surroundings.close();
    }
  }
}
