package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the policies of docs/policies say, where no server is at hand that would object.
class RolePoliciesTest {
  private static final Path POLICIES = Path.of("../../docs/policies");

  /// The documented policy of a role, with `BUCKET` and `PREFIX` to be filled in.
  static String text(String role) throws IOException {
    return Files.readString(POLICIES.resolve(role + ".json"));
  }

  static List<String> roles() throws IOException {
    try (Stream<Path> files = Files.list(POLICIES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.replace(".json", ""))
          .sorted()
          .toList();
    }
  }

  private static JsonNode statements(String role) throws IOException {
    JsonNode policy = Json.MAPPER.readTree(text(role));
    assertThat(policy.path("Version").textValue()).isEqualTo("2012-10-17");
    assertThat(policy.path("Statement").isArray()).isTrue();
    assertThat(policy.path("Statement")).isNotEmpty();
    return policy.path("Statement");
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.textValue()));
    return texts;
  }

  @ParameterizedTest
  @MethodSource("roles")
  void everyStatementIsOneThatAServerUnderstandsAndIsAboutTheBucketAtHand(String role)
      throws IOException {
    for (JsonNode statement : statements(role)) {
      assertThat(statement.fieldNames())
          .toIterable()
          .isSubsetOf("Sid", "Effect", "Action", "Resource", "Condition");
      assertThat(statement.path("Effect").textValue()).isIn("Allow", "Deny");
      assertThat(texts(statement.path("Action")))
          .isNotEmpty()
          .allMatch(action -> action.matches("s3:[A-Z][A-Za-z]+"));
      assertThat(texts(statement.path("Resource")))
          .isNotEmpty()
          .allMatch(resource -> resource.matches("arn:aws:s3:::BUCKET(/PREFIX.*)?"));
    }
  }

  /// Cells may share a bucket. A condition on what is listed holds for names that are not there,
  /// too: S3 takes such a name for the prefix (see OPERATIONS).
  @ParameterizedTest
  @MethodSource("roles")
  void nobodyLearnsNamesOfWhatLiesOutsideOfTheCell(String role) throws IOException {
    for (JsonNode statement : statements(role)) {
      if (texts(statement.path("Action")).stream().anyMatch(a -> a.startsWith("s3:List"))) {
        assertThat(texts(statement.path("Action"))).containsExactly("s3:ListBucket");
        assertThat(texts(statement.path("Resource"))).containsExactly("arn:aws:s3:::BUCKET");
        assertThat(statement.path("Condition"))
            .isEqualTo(
                Json.MAPPER.readTree("{ \"StringLike\": { \"s3:prefix\": [\"PREFIX*\"] } }"));
      }
    }
  }

  /// The names are those of the AWS documentation of policies that enforce conditional writes.
  /// Parts of an upload bring no condition, so only what makes an object may be asked for one.
  @Test
  void whatIsPutOverATakenNameIsDeniedAndNothingElse() throws IOException {
    JsonNode statements = statements("create-only");

    assertThat(statements).hasSize(1);
    JsonNode only = statements.get(0);
    assertThat(only.path("Effect").textValue()).isEqualTo("Deny");
    assertThat(texts(only.path("Action"))).containsExactly("s3:PutObject");
    assertThat(texts(only.path("Resource"))).containsExactly("arn:aws:s3:::BUCKET/PREFIXstore/*");
    assertThat(only.path("Condition"))
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {
                  "Null": { "s3:if-none-match": "true" },
                  "Bool": { "s3:ObjectCreationOperation": "true" }
                }
                """));
  }

  /// What these clear away is their own; shadows, routes and decisions lie elsewhere.
  @ParameterizedTest
  @ValueSource(strings = {"dead-letters", "notify", "predict", "webhooks"})
  void whoOnlyKeepsNotesChangesNothingElse(String role) throws IOException {
    assertThat(allowed(role, "s3:(Put|Delete).*"))
        .isSubsetOf(
            below(
                "alerts/*",
                "cell/identity",
                "chaos/runs/*/processes/*",
                "dead-letters/*",
                "episodes/*",
                "notices/*",
                "open/dead_events/*",
                "open/dead_notices/*",
                "open/notices/*",
                "open/replays/*",
                "open/webhooks/*",
                "webhooks/*"));
  }

  /// Whoever switches destroys no shadow, and whoever destroys shadows switches nothing.
  @Test
  void noServiceBothSwitchesAndDeletesShadows() throws IOException {
    assertThat(allowed("rollback", "s3:Delete.*"))
        .containsExactlyInAnyOrderElementsOf(
            below(
                "serving/*",
                "cell/probing/*",
                "history/*",
                "merit/trust/*",
                "open/*",
                "webhooks/*"));
    assertThat(allowed("shadow", "s3:Put.*"))
        .doesNotContain("arn:aws:s3:::BUCKET/PREFIX*")
        .filteredOn(name -> name.contains("PREFIXro"))
        .containsExactlyElementsOf(below("routes/*/00000000000000000001"));
    assertThat(allowed("shadow", "s3:Delete.*"))
        .containsExactlyInAnyOrderElementsOf(below("store/*", "serving/*", "expiring/*", "open/*"));
  }

  /// Who serves plain objects, and who restores into them or takes them away.
  @ParameterizedTest
  @ValueSource(strings = {"rollback", "shadow"})
  void whoKeepsPlainObjectsMayDoSoAsTheRoleForThemMay(String role) throws IOException {
    for (JsonNode action : statements("serving").get(1).path("Action")) {
      assertThat(allowed(role, action.textValue()))
          .as(action.textValue())
          .containsAnyElementsOf(below("serving/*", "*"));
    }
  }

  private static List<String> below(String... names) {
    return Stream.of(names).map(name -> "arn:aws:s3:::BUCKET/PREFIX" + name).toList();
  }

  /// What statements that allow such actions are about.
  private static List<String> allowed(String role, String actions) throws IOException {
    List<String> resources = new ArrayList<>();
    for (JsonNode statement : statements(role)) {
      if (statement.path("Effect").textValue().equals("Allow")
          && texts(statement.path("Action")).stream().anyMatch(a -> a.matches(actions))) {
        resources.addAll(texts(statement.path("Resource")));
      }
    }
    return resources;
  }

  @Test
  void onlyWhoDeletesByTradeMayDelete() throws IOException {
    for (String role : roles()) {
      boolean deletes = false;
      for (JsonNode statement : statements(role)) {
        deletes |=
            statement.path("Effect").textValue().equals("Allow")
                && texts(statement.path("Action")).stream().anyMatch(a -> a.contains("Delete"));
      }
      assertThat(deletes)
          .as(role)
          .isEqualTo(
              List.of(
                      "collector",
                      "dead-letters",
                      "keys",
                      "notify",
                      "predict",
                      "rollback",
                      "serving",
                      "shadow",
                      "webhooks")
                  .contains(role));
    }
  }
}
