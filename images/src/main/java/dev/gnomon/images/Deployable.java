package dev.gnomon.images;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// An application of its own, as the manifests name its image.
public enum Deployable {
  PROTECT,
  PREDICT,
  ROUTE;

  /// The word in names of directories and images.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String image() {
    return "gnomon-" + word();
  }

  /// Where the build leaves the application.
  ///
  /// @param checkout of Gnomon
  public Path app(Path checkout) {
    return app(checkout, "quarkus-app");
  }

  /// @param directory that a build was told to use instead of the usual one
  public Path app(Path checkout, String directory) {
    return checkout.resolve("functions").resolve(word()).resolve("target").resolve(directory);
  }

  static Optional<Deployable> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Deployable::word).toList();
  }
}
