package dev.gnomon.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/// A base of what this machine has, where no registry can be reached: the C library, the
/// certificates of authorities, a user. What the distroless base images hold, and what else the
/// Java runtime links.
final class LocalBase {
  /// The C library, in the parts that it is made of.
  static final List<String> GLIBC =
      List.of(
          "ld-linux-x86-64.so.2",
          "ld-linux-aarch64.so.1",
          "libc.so.6",
          "libdl.so.2",
          "libm.so.6",
          "libpthread.so.0",
          "librt.so.1",
          "libresolv.so.2",
          "libnss_dns.so.2",
          "libnss_files.so.2");

  private static final List<Path> PLACES =
      List.of(
          Path.of("/lib64"),
          Path.of("/lib/x86_64-linux-gnu"),
          Path.of("/lib/aarch64-linux-gnu"),
          Path.of("/lib"),
          Path.of("/usr/lib64"));

  private static final List<Path> CERTIFICATES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

  private static final String PASSWD =
      """
      root:x:0:0:root:/root:/sbin/nologin
      nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
      """;
  private static final String NSSWITCH = "hosts: files dns\n";

  private LocalBase() {}

  /// @param scratch directory for small files that go into it
  /// @param more libraries, which lie where they lie here
  /// @param tar is written over
  /// @throws IOException if this machine's C library is not found, as on one without glibc
  static Path make(Path scratch, Collection<Path> more, Path tar)
      throws IOException, InterruptedException {
    FileEntriesLayer.Builder files = FileEntriesLayer.builder().setName("base");
    boolean libc = false;
    for (Path place : PLACES) {
      for (String library : GLIBC) {
        Path file = place.resolve(library);
        if (Files.exists(file)) {
          add(files, file.toRealPath(), file.toString(), "755");
          libc |= library.equals("libc.so.6");
        }
      }
    }
    if (!libc) {
      throw new IOException("expected a glibc in one of " + PLACES + ", found none");
    }
    for (Path library : more) {
      add(files, library.toRealPath(), library.toString(), "755");
    }
    Stream<Path> found = CERTIFICATES.stream().filter(Files::isReadable).limit(1);
    for (Path certificates : found.toList()) {
      add(files, certificates.toRealPath(), "/etc/ssl/certs/ca-certificates.crt", "644");
    }
    add(files, Files.writeString(scratch.resolve("passwd"), PASSWD), "/etc/passwd", "644");
    add(
        files,
        Files.writeString(scratch.resolve("nsswitch"), NSSWITCH),
        "/etc/nsswitch.conf",
        "644");
    Path empty = Files.createDirectories(scratch.resolve("empty"));
    add(files, empty, "/tmp", "777");
    try {
      Jib.fromScratch()
          .setPlatforms(Set.of(JavaRuntime.platform()))
          .addFileEntriesLayer(files.build())
          .setCreationTime(Instant.EPOCH)
          .containerize(
              Containerizer.to(TarImage.at(tar).named("gnomon-base:local"))
                  .setApplicationLayersCache(scratch.resolve("cache"))
                  .setBaseImageLayersCache(scratch.resolve("cache")));
    } catch (InvalidImageReferenceException
        | RegistryException
        | CacheDirectoryCreationException
        | ExecutionException e) {
      throw new IOException("the base image can't be made: " + e.getMessage(), e);
    }
    return tar;
  }

  private static void add(FileEntriesLayer.Builder files, Path source, String at, String mode) {
    files.addEntry(
        source, AbsoluteUnixPath.get(at), FilePermissions.fromOctalString(mode), Layout.TIME);
  }
}
