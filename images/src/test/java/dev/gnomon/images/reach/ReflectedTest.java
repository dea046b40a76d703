package dev.gnomon.images.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReflectedTest extends SmallSources {
  /// Everything that can be asked of [Sample].
  private static final List<String> QUESTIONS =
      List.of(
          "members getDeclaredConstructors",
          "members getConstructors",
          "members getDeclaredMethods",
          "members getMethods",
          "members getDeclaredFields",
          "members getFields",
          "method <init>()",
          "method <init>(int)",
          "method secret()",
          "method open(java.lang.String[])",
          "invoked <init>()",
          "invoked <init>(int)",
          "invoked secret()",
          "invoked open(java.lang.String[])",
          "field hidden",
          "field shown",
          "accessed hidden",
          "accessed shown");

  /// The questions about [Sample] that the keys of its entry answer.
  private List<String> answered(String file, String keys) throws IOException {
    String entry =
        file.equals(OLD)
            ? "[{'name': '" + name(Sample.class) + "'" + keys + "}]"
            : "{'reflection': [{'type': '" + name(Sample.class) + "'" + keys + "}]}";
    try (NativeMetadata metadata = metadata(file, entry)) {
      assertThat(covers(metadata, "type", name(Sample.class), "")).isTrue();
      return QUESTIONS.stream()
          .filter(question -> {
            String[] parts = question.split(" ");
            return covers(metadata, parts[0], name(Sample.class), parts[1]);
          })
          .toList();
    }
  }

  @Test
  void aTypeAloneHasNoMembersInTheOldFormat() throws Exception {
    assertThat(answered(OLD, "")).isEmpty();
  }

  @Test
  void aTypeAloneHasItsMembersFoundInTheNewFormatButNotUsed() throws Exception {
    assertThat(answered(NEW, ""))
        .isEqualTo(
            QUESTIONS.stream()
                .filter(one -> !one.startsWith("invoked") && !one.startsWith("accessed"))
                .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "allDeclaredConstructors | getDeclaredConstructors getConstructors | <init>() <init>(int)",
        "allPublicConstructors | getConstructors | <init>()",
        "allDeclaredMethods | getDeclaredMethods | secret() open(java.lang.String[])",
        "allPublicMethods | getMethods | open(java.lang.String[])",
        "allDeclaredFields | getDeclaredFields getFields | hidden shown",
        "allPublicFields | getFields | shown",
      })
  void aFlagCoversWhatItSaysAndNoMore(String flag, String lists, String members) throws Exception {
    boolean fields = flag.endsWith("Fields");
    List<String> used =
        Stream.of(members.split(" "))
            .map(one -> (fields ? "accessed " : "invoked ") + one)
            .toList();
    List<String> found = new ArrayList<>(used);
    Stream.of(lists.split(" ")).map(one -> "members " + one).forEach(found::add);
    Stream.of(members.split(" "))
        .map(one -> (fields ? "field " : "method ") + one)
        .forEach(found::add);

    assertThat(answered(OLD, ", '" + flag + "': true")).containsExactlyInAnyOrderElementsOf(found);
    assertThat(answered(OLD, ", '" + flag + "': false")).isEmpty();
    assertThat(answered(NEW, ", '" + flag + "': true"))
        .filteredOn(one -> one.startsWith("invoked") || one.startsWith("accessed"))
        .containsExactlyInAnyOrderElementsOf(used);

    found.removeAll(used);
    assertThat(answered(OLD, ", 'query" + flag.replaceFirst("a", "A") + "': true"))
        .containsExactlyInAnyOrderElementsOf(fields ? List.of() : found);
  }

  @Test
  void whatIsListedIsCoveredAndAListOnlyIfAllOfItIs() throws Exception {
    String open = "{'name': 'open', 'parameterTypes': ['java.lang.String[]']}";
    String secret = "{'name': 'secret', 'parameterTypes': []}";

    assertThat(answered(OLD, ", 'methods': [" + open + "]"))
        .containsExactly("method open(java.lang.String[])", "invoked open(java.lang.String[])");
    assertThat(answered(OLD, ", 'methods': [" + open + "], 'queriedMethods': [" + secret + "]"))
        .containsExactly(
            "members getDeclaredMethods",
            "method secret()",
            "method open(java.lang.String[])",
            "invoked open(java.lang.String[])");
    assertThat(
            answered(
                OLD,
                ", 'methods': [" + open.replace("java.lang.String[]", "[Ljava.lang.String;") + "]"))
        .contains("invoked open(java.lang.String[])");
    assertThat(answered(OLD, ", 'methods': [{'name': 'open', 'parameterTypes': ['int']}]"))
        .isEmpty();
    assertThat(answered(OLD, ", 'methods': [{'name': '<init>'}]"))
        .contains("members getDeclaredConstructors", "invoked <init>(int)")
        .doesNotContain("invoked secret()");
    assertThat(answered(OLD, ", 'fields': [{'name': 'hidden'}]"))
        .containsExactly("field hidden", "accessed hidden");
  }

  @Test
  void inheritedMethodsAreOfTheClassThatDeclaresThem() throws Exception {
    String entry = "[{'name': '" + name(Child.class) + "', '%s': true}]";
    try (NativeMetadata metadata = metadata(OLD, entry.formatted("allPublicMethods"))) {
      assertThat(covers(metadata, "invoked", name(Sample.class), "open(java.lang.String[])"))
          .isTrue();
      assertThat(covers(metadata, "invoked", name(Sample.class), "secret()")).isFalse();
      assertThat(covers(metadata, "members", name(Child.class), "getMethods")).isTrue();
      assertThat(covers(metadata, "type", name(Sample.class), "")).isFalse();
    }
    try (NativeMetadata metadata = metadata(OLD, entry.formatted("allDeclaredMethods"))) {
      assertThat(covers(metadata, "method", name(Sample.class), "open(java.lang.String[])"))
          .isFalse();
      assertThat(covers(metadata, "members", name(Child.class), "getMethods")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'allDeclaredConstructors': true, 'allDeclaredFields': true | false",
        "'allRecordComponents': true | true",
        "'allDeclaredMethods': true | true",
        "'queryAllPublicMethods': true | true",
        "'methods': [{'name': 'left'}] | false",
        "'methods': [{'name': 'left'}, {'name': 'right'}] | true",
      })
  void componentsOfARecordAreThereWithTheirFlagOrAllAccessors(String keys, boolean there)
      throws Exception {
    try (NativeMetadata metadata =
        metadata(OLD, "[{'name': '" + name(Pair.class) + "', " + keys + "}]")) {
      assertThat(covers(metadata, "members", name(Pair.class), "getRecordComponents"))
          .isEqualTo(there);
    }
  }

  @Test
  void componentsOfARecordAreThereInTheNewFormat() throws Exception {
    try (NativeMetadata metadata =
        metadata(NEW, "{'reflection': [{'type': '" + name(Pair.class) + "'}]}")) {
      assertThat(covers(metadata, "members", name(Pair.class), "getRecordComponents")).isTrue();
    }
  }
}
