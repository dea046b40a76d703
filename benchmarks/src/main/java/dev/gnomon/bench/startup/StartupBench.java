package dev.gnomon.bench.startup;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Comparison;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.images.Deployable;
import dev.gnomon.images.JavaRuntime;
import dev.gnomon.images.Layout;
import dev.gnomon.images.Program;
import dev.gnomon.images.Surroundings;
import dev.gnomon.images.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// From the start of a deployable's process until its first event is done (of route: its first
/// answer), on an S3 server and a Redis of this process, and the memory that it has then. Ours is
/// what the image runs: the laid out layers with their trained cache, which is refused rather than
/// passed over if it doesn't fit. `fast-jar` is the same application as Quarkus packs it by
/// default, on the same runtime with the same options. `native` is route's executable, where one
/// was built.
public final class StartupBench implements Bench {
  static final String FIRST_EVENT = "aot-first-event";
  static final String MEMORY = "memory";
  static final String FAST_JAR = "fast-jar";
  static final String NATIVE = "native";

  private static final double SECONDS = 1.0;

  @Override
  public String name() {
    return "startup";
  }

  @Override
  public String summary() {
    return "from the start of a deployable to its first event done, and its memory then: with the image's AOT cache, as fast-jar, native";
  }

  @Override
  public List<String> peers() {
    return List.of(FAST_JAR, NATIVE);
  }

  @Override
  public Contest prepare(Setting setting)
      throws RoundFailedException, IOException, InterruptedException {
    Path place = setting.workplace().fresh("prepare");
    Path runtime = JavaRuntime.make(place.resolve("runtime"));
    try (Trainer trainer = new Trainer(setting.root(), runtime, place)) {
      for (Deployable deployable : Deployable.values()) {
        Layout unused = trainer.trained(deployable);
      }
    }
    Contestant ours =
        directory ->
            starts(
                setting.root(),
                directory,
                List.of(Deployable.values()),
                one -> trained(place.resolve("root-" + one.word())));
    return new Contest(
        Stream.of(Deployable.values()).flatMap(StartupBench::measures).toList(),
        Optional.empty(),
        ours,
        List.of(fastJar(setting.root(), runtime), executable(setting.root())));
  }

  private static FirstEvent.Start trained(Path root) {
    return new FirstEvent.Start(
        Program.SERVER.command(
            root.toString(), List.of("-XX:AOTCache=" + root + Layout.CACHE, "-XX:AOTMode=on")),
        root.resolve(Layout.APP.substring(1)));
  }

  private static Stream<Measure> measures(Deployable deployable) {
    Measure first =
        Measure.of(name(FIRST_EVENT, deployable), Unit.SECONDS)
            .target(SECONDS)
            .against(comparison(FAST_JAR));
    Measure memory =
        Measure.of(name(MEMORY, deployable), Unit.MEBIBYTES).against(comparison(FAST_JAR));
    return deployable == Deployable.ROUTE
        ? Stream.of(first.against(comparison(NATIVE)), memory.against(comparison(NATIVE)))
        : Stream.of(first, memory);
  }

  private static Comparison comparison(String peer) {
    return new Comparison(peer, Optional.empty(), Optional.empty());
  }

  /// The measures of route, which is on the way of every reader, have the plain names.
  static String name(String measure, Deployable deployable) {
    return deployable == Deployable.ROUTE ? measure : measure + "-" + deployable.word();
  }

  private static Peer fastJar(Path root, Path runtime) {
    for (Deployable deployable : Deployable.values()) {
      Path app = deployable.app(root, "fast-app");
      if (!Files.isRegularFile(app.resolve("quarkus-run.jar"))) {
        return new Peer.Absent(FAST_JAR, "not built in " + app + ": ./gnomon bench startup does");
      }
    }
    List<String> command = new ArrayList<>(List.of(runtime.resolve("bin/java").toString()));
    command.addAll(Program.SERVER.options());
    command.addAll(List.of("-jar", "quarkus-run.jar"));
    return new Peer.Present(
        FAST_JAR,
        "Quarkus",
        directory ->
            starts(
                root,
                directory,
                List.of(Deployable.values()),
                one -> new FirstEvent.Start(command, one.app(root, "fast-app"))));
  }

  private static Peer executable(Path root) throws IOException {
    Path target = Deployable.ROUTE.app(root, ".").normalize();
    try (Stream<Path> files = Files.list(target)) {
      Optional<Path> runner =
          files
              .filter(file -> file.toString().endsWith("-runner") && Files.isExecutable(file))
              .findFirst();
      if (runner.isEmpty()) {
        return new Peer.Absent(
            NATIVE, "no *-runner in " + target + ": mvn -Dnative package with GRAALVM_HOME");
      }
      Path file = runner.get();
      return new Peer.Present(
          NATIVE,
          "GraalVM, built " + Files.getLastModifiedTime(file), // perhaps of older sources
          directory ->
              starts(
                  root,
                  directory,
                  List.of(Deployable.ROUTE),
                  one -> new FirstEvent.Start(List.of(file.toString()), target)));
    }
  }

  private interface Starts {
    FirstEvent.Start of(Deployable deployable);
  }

  private static Readings starts(
      Path root, Path directory, List<Deployable> deployables, Starts starts)
      throws RoundFailedException, IOException, InterruptedException {
    Readings readings = Readings.NONE;
    try (Surroundings surroundings =
        Surroundings.start(Files.createDirectories(directory.resolve("surroundings")))) {
      Trainer.firstRoutes(root, surroundings, directory.resolve("first.log"));
      for (Deployable deployable : deployables) {
        FirstEvent first =
            FirstEvent.of(
                starts.of(deployable),
                deployable,
                surroundings,
                directory.resolve(deployable.word() + ".log"));
        readings =
            readings
                .with(name(FIRST_EVENT, deployable), first.seconds())
                .with(name(MEMORY, deployable), first.mebibytes());
      }
    }
    return readings;
  }
}
