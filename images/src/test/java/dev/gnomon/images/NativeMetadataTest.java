package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.images.reach.LookUp;
import dev.gnomon.images.reach.NativeMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What each kind of metadata lets a native executable do, and no more.
class NativeMetadataTest {
  private static final List<String> QUERIES =
      List.of(
          "getMethods",
          "getDeclaredMethods",
          "getConstructors",
          "getDeclaredConstructors",
          "getFields",
          "getDeclaredFields",
          "getRecordComponents");

  @TempDir Path directory;

  private NativeMetadata metadata(String file, String json, String... arguments)
      throws IOException {
    Path sources = Files.createTempDirectory(directory, "sources");
    Files.writeString(sources.resolve("native-image.args"), String.join(" ", arguments));
    Path jar = sources.resolve("a.library-1.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("META-INF/native-image/a/library/" + file));
      out.write(json.getBytes(StandardCharsets.UTF_8));
    }
    return NativeMetadata.of(sources);
  }

  /// An entry of the old format for the type `a.T`.
  private NativeMetadata old(String more) throws IOException {
    return metadata("reflect-config.json", "[{\"name\": \"a.T\"%s}]".formatted(more));
  }

  /// An entry of the new format for the type `a.T`.
  private NativeMetadata entry(String more) throws IOException {
    return metadata(
        "reachability-metadata.json", "{\"reflection\": [{\"type\": \"a.T\"%s}]}".formatted(more));
  }

  private static LookUp lookUp(String kind, String target, String member) {
    return new LookUp(kind, target, member, "", false, "b.Caller", List.of());
  }

  private static LookUp method(String asked, String member, String declaring, boolean isPublic) {
    return new LookUp("method", asked, member, declaring, isPublic, "b.Caller", List.of());
  }

  private static LookUp field(String asked, String name, String declaring, boolean isPublic) {
    return new LookUp("field", asked, name, declaring, isPublic, "b.Caller", List.of());
  }

  @Test
  void aTypeOfTheOldFormatIsFoundAndAskedForNothing() throws Exception {
    NativeMetadata metadata = old("");

    assertThat(metadata.covers(lookUp("type", "a.T", ""))).isTrue();
    assertThat(metadata.covers(lookUp("type", "[La.T;", ""))).isTrue();
    assertThat(metadata.covers(lookUp("type", "a.U", ""))).isFalse();
    assertThat(QUERIES).noneMatch(query -> metadata.covers(lookUp("members", "a.T", query)));
    assertThat(metadata.covers(method("a.T", "m()", "a.T", true))).isFalse();
    assertThat(metadata.covers(method("a.T", "<init>()", "a.T", true))).isFalse();
    assertThat(metadata.covers(field("a.T", "f", "a.T", true))).isFalse();
  }

  @Test
  void aTypeOfTheNewFormatIsAskedForAllMembersAndUsesNone() throws Exception {
    NativeMetadata metadata = entry("");

    assertThat(QUERIES).allMatch(query -> metadata.covers(lookUp("members", "a.T", query)));
    assertThat(metadata.covers(lookUp("members", "a.U", "getMethods"))).isFalse();
    assertThat(metadata.covers(method("a.T", "m()", "a.T", true))).isFalse();
    assertThat(metadata.covers(method("a.T", "<init>()", "a.T", true))).isFalse();
    assertThat(metadata.covers(field("a.T", "f", "a.T", true))).isFalse();
  }

  @Test
  void eachFlagOfTheOldFormatAllowsItsOwnQueries() throws Exception {
    assertThat(allowed("queryAllDeclaredMethods")).containsExactly("getDeclaredMethods");
    assertThat(allowed("allDeclaredMethods")).containsExactly("getDeclaredMethods");
    assertThat(allowed("allPublicMethods")).containsExactly("getMethods");
    assertThat(allowed("allPublicConstructors")).containsExactly("getConstructors");
    assertThat(allowed("allDeclaredConstructors"))
        .containsExactly("getConstructors", "getDeclaredConstructors");
    assertThat(allowed("allPublicFields")).containsExactly("getFields");
    assertThat(allowed("allDeclaredFields")).containsExactly("getDeclaredFields");
    assertThat(allowed("allRecordComponents")).containsExactly("getRecordComponents");
    assertThat(allowed("unsafeAllocated")).isEmpty();
  }

  private List<String> allowed(String flag) throws IOException {
    NativeMetadata metadata = old(", \"" + flag + "\": true");
    assertThat(old(", \"" + flag + "\": false").covers(lookUp("members", "a.T", "getMethods")))
        .isFalse();
    return QUERIES.stream()
        .filter(query -> metadata.covers(lookUp("members", "a.T", query)))
        .toList();
  }

  @Test
  void aQueryIsNoUse() throws Exception {
    NativeMetadata metadata =
        old(", \"queryAllDeclaredMethods\": true, \"queryAllPublicMethods\": true");

    assertThat(metadata.covers(method("a.T", "m()", "a.T", true))).isFalse();
  }

  @Test
  void declaredMembersAreThoseOfTheTypeItself() throws Exception {
    NativeMetadata metadata = entry(", \"allDeclaredMethods\": true, \"allDeclaredFields\": true");

    assertThat(metadata.covers(method("a.T", "m()", "a.T", false))).isTrue();
    assertThat(metadata.covers(method("a.T", "m()", "a.Above", true))).isFalse();
    assertThat(metadata.covers(method("a.T", "<init>()", "a.T", true))).isFalse();
    assertThat(metadata.covers(field("a.T", "f", "a.T", false))).isTrue();
    assertThat(metadata.covers(field("a.T", "f", "a.Above", true))).isFalse();
  }

  @Test
  void publicMembersAreInheritedOnesToo() throws Exception {
    NativeMetadata metadata =
        entry(
            ", \"allPublicMethods\": true, \"allPublicConstructors\": true, \"allPublicFields\": true");

    assertThat(metadata.covers(method("a.T", "m()", "a.Above", true))).isTrue();
    assertThat(metadata.covers(method("a.T", "m()", "a.T", false))).isFalse();
    assertThat(metadata.covers(method("a.T", "<init>()", "a.T", true))).isTrue();
    assertThat(metadata.covers(method("a.T", "<init>()", "a.T", false))).isFalse();
    assertThat(metadata.covers(field("a.T", "f", "a.Above", true))).isTrue();
    assertThat(metadata.covers(field("a.T", "f", "a.T", false))).isFalse();
  }

  @Test
  void aListNamesMembersByTheirParameters() throws Exception {
    NativeMetadata metadata =
        entry(
            """
            , "methods": [{"name": "m", "parameterTypes": ["int", "a.U[]"]}, {"name": "any"}],
              "fields": [{"name": "f"}]
            """);

    assertThat(metadata.covers(method("a.T", "m(int,a.U[])", "a.T", false))).isTrue();
    assertThat(metadata.covers(method("a.T", "m(int)", "a.T", false))).isFalse();
    assertThat(metadata.covers(method("a.T", "any(long)", "a.T", false))).isTrue();
    assertThat(metadata.covers(method("a.T", "anyone()", "a.T", false))).isFalse();
    assertThat(metadata.covers(field("a.T", "f", "a.T", false))).isTrue();
    assertThat(metadata.covers(field("a.T", "g", "a.T", false))).isFalse();
  }

  @Test
  void proxiesAreNamedByAllTheirInterfacesInOrder() throws Exception {
    for (NativeMetadata metadata :
        List.of(
            metadata("proxy-config.json", "[[\"a.I\", \"a.J\"]]"),
            metadata("proxy-config.json", "[{\"interfaces\": [\"a.I\", \"a.J\"]}]"),
            metadata(
                "reachability-metadata.json",
                "{\"reflection\": [{\"type\": {\"proxy\": [\"a.I\", \"a.J\"]}}]}"))) {
      assertThat(metadata.covers(lookUp("proxy", "(a.I,a.J)", ""))).isTrue();
      assertThat(metadata.covers(lookUp("proxy", "(a.J,a.I)", ""))).isFalse();
      assertThat(metadata.covers(lookUp("proxy", "(a.I)", ""))).isFalse();
    }
  }

  @Test
  void aStarOfAResourceStaysInItsFolder() throws Exception {
    NativeMetadata metadata =
        metadata(
            "reachability-metadata.json",
            "{\"resources\": [{\"glob\": \"a/*.json\"}, {\"glob\": \"b/**/c.txt\"}]}");

    assertThat(metadata.covers(lookUp("resource", "a/x.json", ""))).isTrue();
    assertThat(metadata.covers(lookUp("resource", "a/b/x.json", ""))).isFalse();
    assertThat(metadata.covers(lookUp("resource", "b/d/e/c.txt", ""))).isTrue();
    assertThat(metadata.covers(lookUp("resource", "c.txt", ""))).isFalse();
  }

  @Test
  void whatTheArgumentsExcludeIsNotRead() throws Exception {
    String json = "[{\"name\": \"a.T\"}]";

    assertThat(
            metadata(
                    "reflect-config.json",
                    json,
                    "--exclude-config a\\.library /META-INF/native-image/a/library/reflect-config\\.json")
                .covers(lookUp("type", "a.T", "")))
        .isFalse();
    assertThat(
            metadata(
                    "reflect-config.json",
                    json,
                    "--exclude-config another /META-INF/native-image/a/library/reflect-config\\.json")
                .covers(lookUp("type", "a.T", "")))
        .isTrue();
  }

  @Test
  void whatNoNativeExecutableCanDoIsNeverCovered() throws Exception {
    assertThat(entry("").covers(lookUp("defined", "a.T", ""))).isFalse();
    assertThat(entry("").covers(lookUp("serialised", "a.T", ""))).isFalse();
  }
}
