package dev.gnomon.images;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What an image of its own is made of, as the manifests name it.
public sealed interface Application permits Deployable, Cli {
  /// The word in names of directories and images.
  String word();

  /// Its module.
  ///
  /// @param checkout of Gnomon, or a copy of what was built in one
  Path module(Path checkout);

  default String image() {
    return "gnomon-" + word();
  }

  /// Where the build leaves the application.
  ///
  /// @param checkout of Gnomon
  default Path app(Path checkout) {
    return app(checkout, "quarkus-app");
  }

  /// @param directory that a build was told to use instead of the usual one
  default Path app(Path checkout, String directory) {
    return module(checkout).resolve("target").resolve(directory);
  }

  /// All of them, those first that are built first.
  static List<Application> all() {
    return Stream.<Application>concat(Arrays.stream(Deployable.values()), Stream.of(new Cli()))
        .toList();
  }

  static Optional<Application> of(String word) {
    return all().stream().filter(one -> one.word().equals(word)).findFirst();
  }
}
