package dev.gnomon.images;

import dev.gnomon.images.ImageBuild.Base;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `gnomon images`: makes the images of the deployables and of the command line, each with a cache
/// that it was trained for.
@Command(
    name = "gnomon images",
    description =
        "Makes the images gnomon-protect, gnomon-predict, gnomon-route and gnomon-cli as tars, or"
            + " pushes them.")
public final class ImagesMain {
  /// A glibc, certificates, a user, and nothing else.
  private static final String DISTROLESS = "gcr.io/distroless/base-nossl-debian12:nonroot";

  private static final String WORK = "gnomon.images.work";
  private static final String BUILT = "built";

  @Option(
      names = "--base",
      paramLabel = "IMAGE|TAR|local",
      description =
          "What the images stand on, with a glibc and without Java: an image of a registry, a tar"
              + " of docker save, or local, made of this machine (default: ${DEFAULT-VALUE}).",
      defaultValue = DISTROLESS)
  private String base = "";

  @Option(
      names = "--push",
      paramLabel = "PREFIX",
      description =
          "Pushes to PREFIX/gnomon-...:TAG, with docker's credentials, and writes no tar.")
  private @Nullable String push;

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "Of what is pushed (default: latest); tars have the digest as their tag.")
  private @Nullable String tag;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the tars go (default: target/images of the checkout).")
  private @Nullable Path out;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description = "Just this one: protect, predict, route or cli; may be repeated.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--no-cache",
      description = "Without the training run; the images start slower and are smaller.")
  private boolean plain;

  @Option(
      names = "--anew",
      description =
          "Also tars that an earlier run made of the same; as for a base whose tag names another"
              + " one now.")
  private boolean anew;

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  private ImagesMain() {}

  /// The launcher gives each run a directory of its own, with a copy of what was built.
  public static void main(String[] words) throws IOException {
    Path checkout = Path.of(System.getProperty("gnomon.root", "."));
    String work = System.getProperty(WORK);
    System.exit(
        work == null
            ? run(List.of(words), checkout, System.out)
            : run(List.of(words), checkout, Path.of(work, BUILT), Path.of(work), System.out));
  }

  /// Of what was built in a checkout, in a directory for the time being.
  static int run(List<String> words, Path checkout, PrintStream say) throws IOException {
    return run(words, checkout, checkout, Files.createTempDirectory("gnomon-images-"), say);
  }

  /// @param checkout where digests and, if no other place is asked for, tars are left
  /// @param built a checkout with what was built, or a copy of that
  /// @param work is removed in the end
  /// @return the exit code
  private static int run(
      List<String> words, Path checkout, Path built, Path work, PrintStream say) {
    ImagesMain asked = new ImagesMain();
    CommandLine line = new CommandLine(asked).setExpandAtFiles(false);
    try (WorkDirectory directory = new WorkDirectory(work)) {
      line.parseArgs(words.toArray(String[]::new));
      if (asked.help) {
        line.usage(say, CommandLine.Help.Ansi.OFF);
        return 0;
      }
      asked.check(line);
      asked.make(checkout.toAbsolutePath().normalize(), built, directory.path(), say);
      return 0;
    } catch (CommandLine.ParameterException e) {
      System.err.println("gnomon images: " + e.getMessage() + "; --help explains it");
      return 2;
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("gnomon images: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 130;
    }
  }

  private void check(CommandLine line) {
    for (String word : only) {
      if (Application.of(word).isEmpty()) {
        throw new CommandLine.ParameterException(
            line,
            "--only must be one of %s: %s"
                .formatted(Application.all().stream().map(Application::word).toList(), word));
      }
    }
    if (push == null && tag != null) {
      throw new CommandLine.ParameterException(
          line, "--tag is for what is pushed, and there is no --push: " + tag);
    }
  }

  private void make(Path checkout, Path built, Path work, PrintStream say)
      throws IOException, InterruptedException {
    Path results =
        Files.createDirectories(
            out == null ? checkout.resolve("target").resolve("images") : out.toAbsolutePath());
    try (FileChannel lock =
        FileChannel.open(
            results.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (!locked(lock)) {
        throw new IOException("another gnomon images writes to " + results);
      }
      Path runtime = JavaRuntime.make(work.resolve("runtime"));
      try (ImageMaker maker = new ImageMaker(built, runtime, base(runtime, work), work, !plain)) {
        for (Application application : Application.all()) {
          if (only.isEmpty() || only.contains(application.word())) {
            make(maker, application, checkout, results, say);
          }
        }
      }
    }
  }

  /// Until the channel is closed, or the process ends in whatever way.
  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // somebody else in this process
    }
  }

  private void make(
      ImageMaker maker, Application application, Path checkout, Path results, PrintStream say)
      throws IOException, InterruptedException {
    ImageMaker.Image image;
    if (push == null) {
      image = maker.tar(application, results, anew);
      say.println(image.name() + " " + results.resolve(application.image() + ".tar"));
      if (image.kept()) {
        System.err.println(
            "gnomon images: " + application.image() + " was made earlier, and nothing changed");
      }
    } else {
      image =
          maker.push(
              application,
              push + "/" + application.image() + ":" + Objects.requireNonNullElse(tag, "latest"));
      say.println(image.name());
    }
    // What knative/images/pin reads.
    Files.writeString(
        Files.createDirectories(application.module(checkout).resolve("target"))
            .resolve("jib-image.digest"),
        image.digest(),
        StandardCharsets.US_ASCII);
    Files.copy(
        maker.sbom(application),
        results.resolve(application.image() + ".cdx.json"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private Base base(Path runtime, Path work) throws IOException, InterruptedException {
    SortedMap<String, Path> linked = SystemLibraries.of(runtime);
    if (base.equals("local")) {
      Path scratch = Files.createDirectories(work.resolve("base"));
      return new Base.Tar(LocalBase.make(scratch, linked.values(), work.resolve("base.tar")));
    }
    if (!linked.isEmpty()) {
      String needs = "the Java runtime of this JDK links " + String.join(", ", linked.keySet());
      if (base.equals(DISTROLESS)) {
        throw new IOException(
            needs
                + ", which "
                + base
                + " lacks: make the images with a JDK that brings its own, such as Temurin, or"
                + " name a --base that has them");
      }
      System.err.println("gnomon images: " + needs + ": the base must have them");
    }
    return base.endsWith(".tar") ? new Base.Tar(Path.of(base)) : new Base.Registry(base);
  }
}
