package dev.gnomon.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Trains deployables one after the other in the same surroundings. The deployable PROTECT runs
/// first in them: it makes the routes that others read.
public final class Trainer implements AutoCloseable {
  private final Path checkout;
  private final Path runtime;
  private final Path work;
  private @Nullable Surroundings surroundings;

  /// @param checkout with the built deployables
  /// @param runtime that the image will carry
  /// @param work directory of the caller's, who removes it
  public Trainer(Path checkout, Path runtime, Path work) {
    this.checkout = checkout;
    this.runtime = runtime;
    this.work = work;
  }

  /// The layout of a deployable with the list of its libraries, not yet with a cache.
  public Layout plain(Deployable deployable) throws IOException {
    Path app = deployable.app(checkout);
    Path sbom = work.resolve(deployable.word() + ".cdx.json");
    Files.write(sbom, Sbom.of(deployable, runtime, app));
    return Layout.of(runtime, app).withSbom(sbom);
  }

  /// The layout of a deployable with its cache.
  public Layout trained(Deployable deployable) throws IOException, InterruptedException {
    Layout layout = plain(deployable);
    Path root = Files.createDirectories(work.resolve("root-" + deployable.word()));
    layout.lay(root);
    return layout.with(
        Training.train(deployable, root, surroundings(), work.resolve(deployable.word() + ".log")));
  }

  /// With the routes made.
  private Surroundings surroundings() throws IOException, InterruptedException {
    if (surroundings == null) {
      Surroundings made = Surroundings.start(Files.createDirectories(work.resolve("surroundings")));
      surroundings = made;
      firstRoutes(checkout, made, work.resolve("first.log"));
    }
    return surroundings;
  }

  /// Has the deployable PROTECT take a first event, which makes the routes.
  public static void firstRoutes(Path checkout, Surroundings surroundings, Path log)
      throws IOException, InterruptedException {
    try (RunningDeployable protect =
        RunningDeployable.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                "quarkus-run.jar"),
            Deployable.PROTECT.app(checkout),
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
