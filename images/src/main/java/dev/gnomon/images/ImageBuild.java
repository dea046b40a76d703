package dev.gnomon.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Port;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/// Makes one image of a layout, without a container engine.
final class ImageBuild {
  private static final FilePermissions PLAIN = FilePermissions.fromOctalString("644");
  private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");

  /// As in the images of distroless that are called nonroot.
  private static final String USER = "65532:65532";

  private static final int PORT = 8080;

  private final Path cache;

  /// @param cache directory in which layers of earlier builds are kept
  ImageBuild(Path cache) {
    this.cache = cache;
  }

  /// Writes an image as a tar that `docker load` and `podman load` take.
  Made toTar(Base base, Layout layout, String name, Path tar)
      throws IOException, InterruptedException {
    return build(base, layout, Containerizer.to(TarImage.at(tar).named(reference(name))));
  }

  /// Pushes an image to a registry, with the credentials that docker or its helpers have.
  ///
  /// @param name with the registry and the tag
  Made push(Base base, Layout layout, String name) throws IOException, InterruptedException {
    ImageReference reference = reference(name);
    RegistryImage image = RegistryImage.named(reference);
    CredentialRetrieverFactory keys =
        CredentialRetrieverFactory.forImage(reference, ImageBuild::ignore);
    image.addCredentialRetriever(keys.dockerConfig());
    return build(base, layout, Containerizer.to(image));
  }

  private Made build(Base base, Layout layout, Containerizer containerizer)
      throws IOException, InterruptedException {
    try {
      JibContainerBuilder builder = base.builder().setPlatforms(Set.of(JavaRuntime.platform()));
      for (Layout.Layer layer : layout.layers()) {
        builder.addFileEntriesLayer(jib(layer));
      }
      boolean cached =
          layout.layers().stream()
              .flatMap(layer -> layer.entries().stream())
              .anyMatch(entry -> entry.at().equals(Layout.CACHE));
      if (layout.program().serves()) {
        builder.addExposedPort(Port.tcp(PORT));
      }
      JibContainer made =
          builder
              .setWorkingDirectory(AbsoluteUnixPath.get(Layout.APP))
              .setEntrypoint(
                  layout
                      .program()
                      .command("", cached ? List.of("-XX:AOTCache=" + Layout.CACHE) : List.of()))
              .addEnvironmentVariable("LC_ALL", "C.UTF-8")
              .setUser(USER)
              .setCreationTime(Instant.EPOCH)
              .containerize(
                  containerizer
                      .setBaseImageLayersCache(cache.resolve("base"))
                      .setApplicationLayersCache(cache.resolve("layers"))
                      .setToolName("gnomon"));
      return new Made(made.getDigest().toString(), made.getImageId().toString());
    } catch (RegistryException | CacheDirectoryCreationException | ExecutionException e) {
      throw new IOException("the image can't be made: " + reason(e), e);
    }
  }

  private static FileEntriesLayer jib(Layout.Layer layer) {
    FileEntriesLayer.Builder files = FileEntriesLayer.builder().setName(layer.name());
    for (Layout.Entry entry : layer.entries()) {
      files.addEntry(
          entry.source(),
          AbsoluteUnixPath.get(entry.at()),
          entry.executable() ? EXECUTABLE : PLAIN,
          Layout.TIME);
    }
    return files.build();
  }

  /// Where the base comes from: an image of a registry or a tar as `docker save` writes it.
  sealed interface Base {
    JibContainerBuilder builder() throws IOException;

    /// Tells it from others; of a registry's, as far as its name does.
    String fingerprint() throws IOException;

    /// @param name with registry and tag or digest
    record Registry(String name) implements Base {
      @Override
      public JibContainerBuilder builder() {
        RegistryImage image = RegistryImage.named(reference(name));
        image.addCredentialRetriever(
            CredentialRetrieverFactory.forImage(reference(name), ImageBuild::ignore)
                .dockerConfig());
        return Jib.from(image);
      }

      @Override
      public String fingerprint() {
        return name;
      }
    }

    /// @param tar a file
    record Tar(Path tar) implements Base {
      @Override
      public JibContainerBuilder builder() {
        return Jib.from(TarImage.at(tar));
      }

      @Override
      public String fingerprint() throws IOException {
        return Sha256.of(tar);
      }
    }
  }

  /// @param digest of the manifest
  /// @param id digest of the configuration, as `docker images` shows it
  record Made(String digest, String id) {}

  private static ImageReference reference(String name) {
    try {
      return ImageReference.parse(name);
    } catch (InvalidImageReferenceException e) {
      throw new IllegalArgumentException("not the name of an image: " + name, e);
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return String.valueOf(cause.getMessage());
  }

  private static void ignore(LogEvent event) {}
}
