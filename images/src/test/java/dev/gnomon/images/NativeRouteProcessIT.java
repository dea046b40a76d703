package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a native executable of route is made of can be one, as far as that is seen without making
/// it.
class NativeRouteProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Path SOURCES = Deployable.ROUTE.app(CHECKOUT, "native-sources");
  private static final Path LIBRARIES = Deployable.ROUTE.app(CHECKOUT).resolve("lib/main");
  private static final Path METADATA =
      CHECKOUT.resolve(
          "functions/route/src/main/resources/META-INF/native-image/dev.gnomon/route/"
              + "reachability-metadata.json");

  /// Libraries that make classes while they run, or load what was not there before.
  private static final Set<String> IMPOSSIBLE =
      Set.of(
          "tribuo",
          "byte-buddy",
          "javassist",
          "cglib",
          "objenesis",
          "groovy",
          "jruby",
          "jython",
          "kryo",
          "graal",
          "protostuff",
          "mockito",
          "xstream");

  /// What our own code must not use.
  private static final Set<String> IMPOSSIBLE_CLASSES =
      Set.of(
          "java/io/ObjectInputStream",
          "java/io/ObjectOutputStream",
          "java/lang/instrument/Instrumentation",
          "java/lang/reflect/Proxy",
          "java/net/URLClassLoader",
          "javax/script/ScriptEngineManager",
          "javax/tools/JavaCompiler");

  private static Set<String> classes(Path folder, String jarPrefix) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> jars = Files.list(folder)) {
      for (Path jar :
          jars.filter(one -> one.getFileName().toString().startsWith(jarPrefix)).toList()) {
        try (JarFile file = new JarFile(jar.toFile())) {
          file.stream()
              .map(JarEntry::getName)
              .filter(name -> name.endsWith(".class"))
              .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
              .forEach(names::add);
        }
      }
    }
    return names;
  }

  private static Set<String> named(Predicate<String> wanted) throws IOException {
    Set<String> names = new TreeSet<>();
    for (JsonNode entry : new ObjectMapper().readTree(METADATA.toFile()).get("reflection")) {
      names.add(entry.get("type").asText());
    }
    names.removeIf(wanted.negate());
    return names;
  }

  @Test
  void nothingThatMakesClassesIsAmongTheLibraries() throws Exception {
    assertThat(
            Files.readAllLines(
                Deployable.ROUTE.app(CHECKOUT).resolve("quarkus-app-dependencies.txt")))
        .hasSizeGreaterThan(100)
        .noneMatch(line -> IMPOSSIBLE.stream().anyMatch(line::contains));
  }

  @Test
  void ourCodeUsesNothingThatCantBeNative() throws Exception {
    Set<String> found = new TreeSet<>();
    int read = 0;
    for (Path folder : Stream.of(LIBRARIES, LIBRARIES.resolve("../../app")).toList()) {
      try (Stream<Path> jars = Files.list(folder)) {
        for (Path jar :
            jars.filter(one -> one.getFileName().toString().contains("gnomon")).toList()) {
          try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry :
                file.stream().filter(one -> one.getName().endsWith(".class")).toList()) {
              read++;
              byte[] bytes = file.getInputStream(entry).readAllBytes();
              for (PoolEntry used : ClassFile.of().parse(bytes).constantPool()) {
                String what =
                    switch (used) {
                      case ClassEntry type -> type.asInternalName();
                      case MemberRefEntry member when member.name().equalsString("defineClass") ->
                          "defineClass";
                      default -> "";
                    };
                if (IMPOSSIBLE_CLASSES.contains(what) || what.equals("defineClass")) {
                  found.add(entry.getName() + " uses " + what);
                }
              }
            }
          }
        }
      }
    }
    assertThat(read).isGreaterThan(100);
    assertThat(found).isEmpty();
  }

  @Test
  void theMetadataNamesWhatTheLibrariesHave() throws Exception {
    Set<String> there = classes(LIBRARIES, "");
    there.addAll(classes(LIBRARIES.resolveSibling("boot"), ""));
    assertThat(named(name -> !name.startsWith("java."))).hasSizeGreaterThan(300).isSubsetOf(there);
    assertThat(named(name -> name.startsWith("io.minio.messages.")))
        .isEqualTo(
            classes(LIBRARIES, "io.minio.minio-").stream()
                .filter(name -> name.startsWith("io.minio.messages."))
                .filter(name -> !name.matches(".*[$]\\d+|.*-info"))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void nativeImageIsGivenOurMetadataAndWhatIsInitialisedAtRunTime() throws Exception {
    assertThat(Files.readString(SOURCES.resolve("native-image.args")))
        .contains("--initialize-at-run-time=dev.gnomon.linux,")
        .contains("--enable-url-protocols=http,https");
    try (Stream<Path> files = Files.list(SOURCES)) {
      Path runner =
          files.filter(one -> one.toString().endsWith("-runner.jar")).findFirst().orElseThrow();
      try (JarFile file = new JarFile(runner.toFile())) {
        JarEntry entry =
            file.getJarEntry("META-INF/native-image/dev.gnomon/route/reachability-metadata.json");
        assertThat(file.getInputStream(entry).readAllBytes())
            .isEqualTo(Files.readAllBytes(METADATA));
        assertThat(file.getEntry("dev/gnomon/route/nativeimage/NoEpoll.class")).isNotNull();
      }
    }
  }
}
