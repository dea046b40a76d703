package dev.gnomon.images.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeMetadataTest extends SmallSources {
  private static final String PROXIES = "META-INF/native-image/some/proxy-config.json";
  private static final String RESOURCES = "META-INF/native-image/some/resource-config.json";

  @Test
  void whatIsUnknownIsNotCovered() throws Exception {
    try (NativeMetadata metadata =
        metadata(OLD, "[{'name': 'not.Here', 'allPublicMethods': true}]")) {
      assertThat(covers(metadata, "members", "not.Here", "getMethods")).isFalse();
      assertThat(covers(metadata, "method", "not.Here", "toString()")).isFalse();
      assertThat(covers(metadata, "type", name(Sample.class), "")).isFalse();
      assertThat(covers(metadata, "serialised", "java.io.ObjectInputStream", "")).isFalse();
      assertThat(covers(metadata, "defined", "not.Here", "")).isFalse();
    }
  }

  @Test
  void anEntryCountsIfTheClassOfItsConditionWasLoaded() throws Exception {
    String old = "[{'condition': {'typeReachable': 'some.One'}, 'name': 'some.Other'}]";
    String now =
        "{'reflection': [{'condition': {'typeReached': 'some.One'}, 'type': 'some.Other'}]}";
    for (boolean loaded : List.of(true, false)) {
      String[] classes = loaded ? new String[] {"some.One"} : new String[] {"some.Third"};
      try (NativeMetadata metadata = metadata(OLD, old, classes)) {
        assertThat(covers(metadata, "type", "some.Other", "")).isEqualTo(loaded);
      }
      try (NativeMetadata metadata = metadata(NEW, now, classes)) {
        assertThat(covers(metadata, "type", "some.Other", "")).isEqualTo(loaded);
      }
    }
  }

  @Test
  void anArrayIsNotItsElement() throws Exception {
    String array = "[Ljava.lang.String;";
    try (NativeMetadata metadata = metadata(OLD, "[{'name': 'java.lang.String'}]")) {
      assertThat(covers(metadata, "type", array, "")).isFalse();
    }
    for (String name : List.of("java.lang.String[]", array)) {
      try (NativeMetadata metadata = metadata(OLD, "[{'name': '" + name + "'}]")) {
        assertThat(covers(metadata, "type", array, "")).isTrue();
        assertThat(covers(metadata, "type", "[" + array, "")).isFalse();
        assertThat(covers(metadata, "type", "java.lang.String", "")).isFalse();
      }
    }
  }

  @Test
  void aProxyIsOfItsInterfacesInTheirOrder() throws Exception {
    String list = "['" + name(Asked.class) + "', 'java.lang.Runnable']";
    String proxy = "(" + name(Asked.class) + ",java.lang.Runnable)";
    List<List<String>> files =
        List.of(
            List.of(PROXIES, "[" + list + "]"),
            List.of(PROXIES, "[{'interfaces': " + list + "}]"),
            List.of(NEW, "{'reflection': [{'type': {'proxy': " + list + "}}]}"));
    for (List<String> file : files) {
      try (NativeMetadata metadata = metadata(file.get(0), file.get(1))) {
        assertThat(covers(metadata, "proxy", proxy, "")).isTrue();
        assertThat(covers(metadata, "proxy", "(java.lang.Runnable," + name(Asked.class) + ")", ""))
            .isFalse();
        assertThat(covers(metadata, "proxy", "(java.lang.Runnable)", "")).isFalse();
        assertThat(covers(metadata, "invoked", name(Asked.class), "ask()")).isTrue();
        assertThat(covers(metadata, "type", name(Asked.class), "")).isFalse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a/*.json, a/b.json, true",
    "a/*.json, a/b/c.json, false",
    "a/*.json, x/a/b.json, false",
    "a/*.json, a/bxjson, false",
    "a/**, a/b/c.json, true",
    "a/**/c.json, a/c.json, true",
    "a/**/c.json, a/b/b/c.json, true",
    "a/**/c.json, a/bc.json, false",
    "**/c.json, c.json, true",
    "a$b, a$b, true",
  })
  void aGlobStaysInItsFolderUnlessItHasTwoStars(String glob, String name, boolean there)
      throws Exception {
    try (NativeMetadata metadata = metadata(NEW, "{'resources': [{'glob': '" + glob + "'}]}")) {
      assertThat(covers(metadata, "resource", name, "")).isEqualTo(there);
    }
  }

  @Test
  void aPatternIsOfTheWholeNameAndSomeAreExcluded() throws Exception {
    String text =
        "{'resources': {'includes': [{'pattern': 'a/.*'}, {'pattern': 'java.base:b'}],"
            + " 'excludes': [{'pattern': '.*[.]txt'}]}}";
    try (NativeMetadata metadata = metadata(RESOURCES, text)) {
      assertThat(Stream.of("a/b", "x/a/b", "b", "a/b.txt", "a"))
          .filteredOn(name -> covers(metadata, "resource", name, ""))
          .containsExactly("a/b", "b");
    }
  }

  @Test
  void whatQuarkusHasLeftOutDoesNotCount() throws Exception {
    byte[] entry = "[{\"name\": \"some.One\"}]".getBytes(StandardCharsets.UTF_8);
    String file = "/META-INF/native-image/some/reflect-config\\.json";
    try (NativeMetadata metadata = metadata(OLD, entry, "-x --exclude-config some\\.jar " + file)) {
      assertThat(covers(metadata, "type", "some.One", "")).isFalse();
    }
    try (NativeMetadata metadata = metadata(OLD, entry, "--exclude-config other\\.jar " + file)) {
      assertThat(covers(metadata, "type", "some.One", "")).isTrue();
    }
  }

  @Test
  void aClassIsInitialisedBeforehandUnlessSomethingSaysOtherwise() throws Exception {
    byte[] properties =
        "Args = --initialize-at-run-time=some.Late,other".getBytes(StandardCharsets.UTF_8);
    String file = "META-INF/native-image/some/native-image.properties";
    try (NativeMetadata metadata =
        metadata(file, properties, "--initialize-at-run-time=third.Late")) {
      assertThat(Stream.of("some.Late", "some.Early", "other.Late", "third.Late"))
          .filteredOn(name -> beforehand(metadata, name))
          .containsExactly("some.Early");
    }
    try (NativeMetadata metadata = metadata("io/quarkus/runner/Feature.class", feature(), "")) {
      assertThat(Stream.of("some.Late", "some.Early"))
          .filteredOn(name -> beforehand(metadata, name))
          .containsExactly("some.Early");
    }
  }

  private static boolean beforehand(NativeMetadata metadata, String initialising) {
    return metadata.beforehand(new LookUp("type", "some.One", "", "", List.of(initialising)));
  }

  private static byte[] feature() {
    MethodTypeDesc given = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
    return ClassFile.of()
        .build(
            ClassDesc.of("io.quarkus.runner.Feature"),
            type ->
                type.withMethodBody(
                    "beforeAnalysis",
                    MethodTypeDesc.of(ConstantDescs.CD_void),
                    ClassFile.ACC_STATIC,
                    code ->
                        code.ldc("some.Late")
                            .invokestatic(
                                ClassDesc.of("some.Initialization"), "initializeAtRunTime", given)
                            .ldc("some.Early")
                            .invokestatic(ClassDesc.of("some.Initialization"), "initialize", given)
                            .return_()));
  }
}
