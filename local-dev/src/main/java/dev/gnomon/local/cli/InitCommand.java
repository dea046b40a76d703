package dev.gnomon.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `init`: a commented catalogue and a data directory; never overwrites.
@Command(
    name = "init",
    description = "Writes a commented gnomon.yaml and a data directory; overwrites nothing.",
    mixinStandardHelpOptions = true)
final class InitCommand implements Runnable {
  private static final String TEMPLATE = "/dev/gnomon/local/cli/gnomon.yaml";

  private final Gnomon top;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "Where (default: here).")
  private @Nullable Path directory;

  InitCommand(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    Path file =
        directory == null
            ? top.options.config()
            : directory.toAbsolutePath().normalize().resolve(Options.CATALOGUE);
    Path parent = Objects.requireNonNullElse(file.getParent(), file);
    Path data = top.options.data == null ? parent.resolve("data") : top.options.data();
    try {
      Files.createDirectories(parent);
      Files.writeString(file, template(), StandardOpenOption.CREATE_NEW);
      boolean made = makePrivate(data);
      report(top.console, file, data, made);
    } catch (FileAlreadyExistsException e) {
      throw Failure.failed("%s is there already; nothing was changed".formatted(e.getFile()));
    } catch (IOException e) {
      throw new UncheckedIOException("'%s' can't be written: %s".formatted(file, e), e);
    }
  }

  private static boolean makePrivate(Path data) throws IOException {
    if (Files.isDirectory(data)) {
      return false;
    }
    Path parent = data.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return true;
  }

  private static void report(Console console, Path file, Path data, boolean made) {
    if (console.json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("config", file.toString());
      result.put("data", data.toString());
      console.value(result);
      return;
    }
    console.line("wrote " + file);
    console.line((made ? "made  " : "kept  ") + data);
    console.line("next: declare a resource in it, then 'gnomon config validate' and 'gnomon up'");
  }

  static String template() {
    try (InputStream in =
        Objects.requireNonNull(InitCommand.class.getResourceAsStream(TEMPLATE), TEMPLATE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
