package dev.gnomon.images;

import dev.gnomon.images.ImageBuild.Base;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
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
  @Option(
      names = "--base",
      paramLabel = "IMAGE|TAR|local",
      description =
          "What the images stand on, with a glibc and without Java: an image of a registry, a tar"
              + " of docker save, or local, made of this machine (default: ${DEFAULT-VALUE}).",
      defaultValue = "gcr.io/distroless/base-nossl-debian12:nonroot")
  private String base = "";

  @Option(
      names = "--push",
      paramLabel = "PREFIX",
      description =
          "Pushes to PREFIX/gnomon-...:TAG, with docker's credentials, and writes no tar.")
  private @Nullable String push;

  @Option(names = "--tag", paramLabel = "TAG", description = "Default: ${DEFAULT-VALUE}.")
  private String tag = "latest";

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

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  private ImagesMain() {}

  public static void main(String[] words) {
    System.exit(run(List.of(words), Path.of(System.getProperty("gnomon.root", ".")), System.out));
  }

  /// @param checkout with what was built
  /// @return the exit code
  static int run(List<String> words, Path checkout, PrintStream say) {
    ImagesMain asked = new ImagesMain();
    CommandLine line = new CommandLine(asked).setExpandAtFiles(false);
    try {
      line.parseArgs(words.toArray(String[]::new));
      if (asked.help) {
        line.usage(say, CommandLine.Help.Ansi.OFF);
        return 0;
      }
      for (String word : asked.only) {
        if (Application.of(word).isEmpty()) {
          throw new CommandLine.ParameterException(
              line,
              "--only must be one of %s: %s"
                  .formatted(Application.all().stream().map(Application::word).toList(), word));
        }
      }
    } catch (CommandLine.ParameterException e) {
      System.err.println("gnomon images: " + e.getMessage() + "; --help explains it");
      return 2;
    }
    try {
      asked.make(checkout.toAbsolutePath().normalize(), say);
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("gnomon images: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 130;
    }
  }

  private void make(Path checkout, PrintStream say) throws IOException, InterruptedException {
    Path results =
        Files.createDirectories(
            out == null ? checkout.resolve("target").resolve("images") : out.toAbsolutePath());
    Path work = Files.createTempDirectory(results, ".work");
    try {
      Path runtime = JavaRuntime.make(work.resolve("runtime"));
      Base from = base(work);
      ImageBuild build = new ImageBuild(work.resolve("jib"));
      try (Trainer trainer = new Trainer(checkout, runtime, work)) {
        for (Application application : Application.all()) {
          if (!only.isEmpty() && !only.contains(application.word())) {
            continue;
          }
          Layout layout = plain ? trainer.plain(application) : trainer.trained(application);
          String digest =
              push == null
                  ? load(build, from, layout, application, results, say)
                  : push(build, from, layout, push + "/" + application.image() + ":" + tag, say);
          // What knative/images/pin reads.
          Files.writeString(
              application.app(checkout, "jib-image.digest"), digest, StandardCharsets.US_ASCII);
          Files.copy(
              work.resolve(application.word() + ".cdx.json"),
              results.resolve(application.image() + ".cdx.json"),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } finally {
      delete(work);
    }
  }

  /// A tar whose image has the name that `pin loaded` writes: a node that was given it by `minikube
  /// image load` asks no registry for what begins with dev.local.
  private String load(
      ImageBuild build,
      Base from,
      Layout layout,
      Application application,
      Path results,
      PrintStream say)
      throws IOException, InterruptedException {
    Path tar = results.resolve(application.image() + ".tar");
    String name = "dev.local/" + application.image();
    String digest = build.toTar(from, layout, name + ":" + tag, tar).digest();
    String tagged = name + ":" + digest.replace(':', '-');
    build.toTar(from, layout, tagged, tar);
    say.println(tagged + " " + tar);
    return digest;
  }

  private String push(ImageBuild build, Base from, Layout layout, String name, PrintStream say)
      throws IOException, InterruptedException {
    String digest = build.push(from, layout, name).digest();
    say.println(name + "@" + digest);
    return digest;
  }

  private Base base(Path work) throws IOException, InterruptedException {
    if (base.equals("local")) {
      return new Base.Tar(
          MachineBase.make(
              Files.createDirectories(work.resolve("base")), work.resolve("base.tar")));
    }
    return base.endsWith(".tar") ? new Base.Tar(Path.of(base)) : new Base.Registry(base);
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException fault)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
