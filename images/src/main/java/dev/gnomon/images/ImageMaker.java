package dev.gnomon.images;

import dev.gnomon.images.ImageBuild.Base;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes images of one runtime on one base: those that an earlier run made of the same are only
/// named.
final class ImageMaker implements AutoCloseable {
  private final Trainer trainer;
  private final ImageBuild build;
  private final Base base;
  private final Path work;
  private final boolean train;

  /// @param built a checkout with what was built, or a copy of that
  /// @param work directory of the caller's, who removes it
  /// @param train whether images get a cache
  ImageMaker(Path built, Path runtime, Base base, Path work, boolean train) {
    this.trainer = new Trainer(built, runtime, work);
    this.build = new ImageBuild(work.resolve("jib"));
    this.base = base;
    this.work = work;
    this.train = train;
  }

  /// Writes a tar whose image has the name that `pin loaded` writes: a node that was given it by
  /// `minikube image load` asks no registry for what begins with dev.local.
  ///
  /// @param results directory of the tar, which nobody else writes to meanwhile
  /// @param anew also if there is one that was made of the same
  Image tar(Application application, Path results, boolean anew)
      throws IOException, InterruptedException {
    Layout plain = trainer.plain(application);
    Path tar = results.resolve(application.image() + ".tar");
    String made = fingerprint(plain);
    Optional<String> earlier = anew ? Optional.empty() : MadeTar.digest(tar, made);
    String name = "dev.local/" + application.image();
    if (earlier.isPresent()) {
      return new Image(tagged(name, earlier.get()), earlier.get(), true);
    }
    Layout layout = finished(application, plain);
    Path scratch = work.resolve(application.image() + ".tar");
    String digest = build.toTar(base, layout, name + ":made", scratch).digest();
    Files.delete(scratch);
    Path finished = results.resolve(application.image() + ".tar.new");
    build.toTar(base, layout, tagged(name, digest), finished);
    MadeTar.put(finished, tar, made, digest);
    return new Image(tagged(name, digest), digest, false);
  }

  /// @param name with the registry and the tag
  Image push(Application application, String name) throws IOException, InterruptedException {
    Layout layout = finished(application, trainer.plain(application));
    String digest = build.push(base, layout, name).digest();
    return new Image(name + "@" + digest, digest, false);
  }

  /// What is in the image, in a file that [#tar] and [#push] leave.
  Path sbom(Application application) {
    return trainer.sbom(application);
  }

  private Layout finished(Application application, Layout plain)
      throws IOException, InterruptedException {
    return train ? trainer.trained(application, plain) : plain;
  }

  private static String tagged(String name, String digest) {
    return name + ":" + digest.replace(':', '-');
  }

  /// Of the layout, the base, and the classes that train and build.
  private String fingerprint(Layout plain) throws IOException {
    return Sha256.ofTexts(
        List.of(
            plain.fingerprint(),
            base.fingerprint(),
            JavaRuntime.platform().toString(),
            train ? "with a cache" : "without a cache",
            Sha256.ofTree(classes())));
  }

  private static Path classes() {
    return Path.of(
        URI.create(
            ImageMaker.class.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  @Override
  public void close() {
    trainer.close();
  }

  /// @param name as it is printed
  /// @param digest of the manifest
  /// @param kept whether an earlier run made it
  record Image(String name, String digest, boolean kept) {}
}
