package dev.gnomon.images;

import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A Java runtime for images, made of the JDK that this runs on.
public final class JavaRuntime {
  /// All of Java SE, and what servers use beside it: Unsafe (Netty), JFR and jcmd for whoever looks
  /// into a running container.
  private static final String MODULES =
      "java.se,jdk.unsupported,jdk.zipfs,jdk.management,jdk.net,jdk.naming.dns,jdk.jfr,jdk.jcmd";

  private JavaRuntime() {}

  /// What it runs on, and so the images that carry it.
  static Platform platform() {
    return platform(System.getProperty("os.arch"));
  }

  /// @param machine as Java names it
  /// @return as registries name it
  static Platform platform(String machine) {
    return new Platform(machine.equals("aarch64") ? "arm64" : machine, "linux");
  }

  /// @param at directory that is not there yet
  public static Path make(Path at) throws IOException, InterruptedException {
    Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
    if (!Files.isExecutable(jlink)) {
      throw new IOException("expected a JDK with jlink, found none at " + jlink);
    }
    Process process =
        new ProcessBuilder(
                List.of(
                    jlink.toString(),
                    "--add-modules",
                    MODULES,
                    "--no-header-files",
                    "--no-man-pages",
                    "--strip-java-debug-attributes",
                    "--output",
                    at.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jlink failed: " + said.strip());
    }
    return at;
  }
}
