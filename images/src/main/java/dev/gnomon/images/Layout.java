package dev.gnomon.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What an image holds above its base: layers, each with files at their places. What changes least
/// comes first. All files have the same time and one of two modes, so that equal content makes an
/// equal layer.
///
/// @param program what runs in it
/// @param layers in the order in which they lie on each other
public record Layout(Program program, List<Layer> layers) {
  /// Where the application lies, which is also the directory that it runs in.
  public static final String APP = "/app";

  public static final String RUNTIME = "/opt/java";

  /// The cache of a training run; the runtime takes it only if it fits.
  public static final String CACHE = APP + "/app.aot";

  static final Instant TIME = Instant.ofEpochSecond(1);

  private static final String GENERATED = APP + "/quarkus/generated-bytecode.jar";
  private static final String LIB = APP + "/lib/";
  private static final String LIBRARIES = "libraries";
  private static final String APPLICATION = "application";

  public Layout {
    layers = List.copyOf(layers);
  }

  /// @param name as it is shown in the image's history
  public record Layer(String name, List<Entry> entries) {
    public Layer {
      entries = List.copyOf(entries);
    }

    private Layer and(Entry entry) {
      List<Entry> more = new ArrayList<>(entries);
      more.add(entry);
      return new Layer(name, more);
    }
  }

  /// @param source regular file, or symbolic link to one
  /// @param at absolute path in the image
  public record Entry(Path source, String at, boolean executable) {}

  /// The runtime, the libraries and the application of a deployable, without a cache.
  ///
  /// @param runtime directory of the Java runtime
  /// @param app directory that the build left
  /// @param work directory for files that are made of others
  /// @throws IOException if one of them is not there or is something else
  public static Layout of(Path runtime, Path app, Path work) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : built(app)) {
      entries.add(entry.at().equals(GENERATED) ? settled(entry, work) : entry);
    }
    Predicate<Entry> generated = entry -> entry.at().startsWith(APP + "/quarkus/");
    return new Layout(
        Program.SERVER,
        List.of(
            new Layer("java-runtime", entries(runtime, RUNTIME)),
            new Layer(LIBRARIES, entries.stream().filter(Layout::library).toList()),
            new Layer(
                APPLICATION,
                entries.stream()
                    .filter(Predicate.not(Layout::library).and(generated.negate()))
                    .toList()),
            new Layer("quarkus-bytecode", entries.stream().filter(generated).toList())));
  }

  /// Two builds of the same sources make it of another order (ADR 34).
  private static Entry settled(Entry generated, Path work) throws IOException {
    Path jar = Files.createTempFile(work, "generated-bytecode", ".jar");
    return new Entry(SettledBytecode.settle(generated.source(), jar), generated.at(), false);
  }

  /// The same of the command line, which needs nothing of what Quarkus generated.
  ///
  /// @param work directory for a small file that goes into it
  static Layout ofCommands(Path runtime, Path app, Path work) throws IOException {
    List<Entry> jars =
        built(app).stream()
            .filter(entry -> entry.at().startsWith(APP + "/app/") || entry.at().startsWith(LIB))
            .toList();
    Path run =
        Cli.jar(
            jars.stream().map(entry -> entry.at().substring(APP.length() + 1)).toList(),
            work.resolve(Program.COMMANDS.jar()));
    return new Layout(
        Program.COMMANDS,
        List.of(
            new Layer("java-runtime", entries(runtime, RUNTIME)),
            new Layer(LIBRARIES, jars.stream().filter(Layout::library).toList()),
            new Layer(APPLICATION, jars.stream().filter(Predicate.not(Layout::library)).toList())
                .and(new Entry(run, APP + "/" + Program.COMMANDS.jar(), false))));
  }

  private static List<Entry> built(Path app) throws IOException {
    if (!Files.isRegularFile(app.resolve(Program.SERVER.jar()))) {
      throw new IOException("expected a built application with quarkus-run.jar in " + app);
    }
    return entries(app, APP);
  }

  /// Whether it is one of others, which changes less often than ours.
  private static boolean library(Entry entry) {
    return entry.at().startsWith(LIB)
        && !entry.source().getFileName().toString().startsWith("dev.gnomon.");
  }

  /// The same with a list of what is in it, in the layer of the application.
  Layout withSbom(Path sbom) {
    return new Layout(
        program,
        layers.stream()
            .map(layer ->
                layer.name().equals(APPLICATION)
                    ? layer.and(new Entry(sbom, APP + "/sbom.cdx.json", false))
                    : layer)
            .toList());
  }

  /// The same with a cache in a layer of its own.
  public Layout with(Path cache) {
    List<Layer> more = new ArrayList<>(layers);
    more.add(new Layer("aot-cache", List.of(new Entry(cache, CACHE, false))));
    return new Layout(program, more);
  }

  /// Tells this layout from others: the program, and the place, the mode and the content of each
  /// file.
  ///
  /// @return 64 hexadecimal digits
  String fingerprint() throws IOException {
    List<String> parts = new ArrayList<>(List.of(program.toString()));
    for (Layer layer : layers) {
      parts.add(layer.name());
      for (Entry entry : layer.entries()) {
        parts.addAll(
            List.of(entry.at(), entry.executable() ? "x" : "-", Sha256.of(entry.source())));
      }
    }
    return Sha256.ofTexts(parts);
  }

  /// Puts the files below a root, as they will be in a container.
  public void lay(Path root) throws IOException {
    for (Layer layer : layers) {
      for (Entry entry : layer.entries()) {
        Path at = root.resolve(entry.at().substring(1));
        Files.createDirectories(at.getParent());
        Files.copy(entry.source(), at);
        if (entry.executable()) {
          Set<PosixFilePermission> mode = EnumSet.copyOf(Files.getPosixFilePermissions(at));
          mode.add(PosixFilePermission.OWNER_EXECUTE);
          Files.setPosixFilePermissions(at, mode);
        }
        Files.setLastModifiedTime(at, FileTime.from(TIME));
      }
    }
  }

  /// All files below a directory by their names; links become what they lead to.
  private static List<Entry> entries(Path directory, String at) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted().toList()) {
        if (Files.isRegularFile(path)) {
          entries.add(
              new Entry(
                  path, at + "/" + slashes(directory.relativize(path)), Files.isExecutable(path)));
        } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          throw new IOException("expected files and directories only, found " + path);
        }
      }
    }
    return entries;
  }

  private static String slashes(Path path) {
    return path.toString().replace('\\', '/');
  }
}
