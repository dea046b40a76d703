package dev.gnomon.images.reach;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.io.TempDir;

/// What native-image is given, of a few classes and one file of metadata.
abstract class SmallSources {
  static final String NEW = "META-INF/native-image/some/reachability-metadata.json";
  static final String OLD = "META-INF/native-image/some/reflect-config.json";

  @TempDir Path sources;

  @SuppressWarnings("unused")
  static class Sample {
    private int hidden;
    public int shown;

    public Sample() {}

    private Sample(int hidden) {
      this.hidden = hidden;
    }

    private void secret() {}

    public void open(String[] what) {}
  }

  static class Child extends Sample {}

  record Pair(int left, int right) {}

  interface Asked {
    void ask();
  }

  static String name(Class<?> type) {
    return type.getName();
  }

  private static void put(JarOutputStream jar, String name, byte[] bytes) throws IOException {
    jar.putNextEntry(new ZipEntry(name));
    jar.write(bytes);
  }

  /// @param text with single quotes
  /// @param loaded names of classes
  final NativeMetadata metadata(String file, String text, String... loaded) throws IOException {
    return metadata(file, text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "", loaded);
  }

  final NativeMetadata metadata(String file, byte[] bytes, String arguments, String... loaded)
      throws IOException {
    Files.writeString(sources.resolve("native-image.args"), arguments);
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(sources.resolve("some.jar")))) {
      put(jar, file, bytes);
      for (Class<?> type : List.of(Sample.class, Child.class, Pair.class, Asked.class)) {
        String name = name(type).replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
          put(jar, name, in.readAllBytes());
        }
      }
    }
    return NativeMetadata.of(sources, Set.of(loaded));
  }

  static boolean covers(NativeMetadata metadata, String kind, String target, String member) {
    return metadata.covers(new LookUp(kind, target, member, "some.Caller", List.of()));
  }
}
