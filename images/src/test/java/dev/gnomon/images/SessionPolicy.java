package dev.gnomon.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A documented policy for several cells, and short: the policy of a session holds 2048 characters.
final class SessionPolicy {
  private static final Path POLICIES = Path.of("../docs/policies");

  private SessionPolicy() {}

  /// @param role name of the document, without `.json`
  /// @param cells for which it holds; with one alone, what is below `east/cell/` may be read too
  static ObjectNode of(String role, String bucket, List<String> cells) throws IOException {
    String text = Files.readString(POLICIES.resolve(role + ".json"));
    ObjectNode policy = (ObjectNode) Json.MAPPER.readTree(text.replace("BUCKET", bucket));
    for (JsonNode statement : policy.get("Statement")) {
      ((ObjectNode) statement).remove("Sid");
      inEach((ArrayNode) statement.get("Resource"), cells);
      statement.findValues("s3:prefix").forEach(prefixes -> inEach((ArrayNode) prefixes, cells));
    }
    if (cells.size() == 1) {
      JsonNode look =
          Json.MAPPER.readTree(
              """
              [{"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::%1$s"],
                "Condition": {"StringLike": {"s3:prefix": ["east/cell/*"]}}},
               {"Effect": "Allow", "Action": ["s3:GetObject"],
                "Resource": ["arn:aws:s3:::%1$s/east/cell/*"]}]
              """
                  .formatted(bucket));
      look.forEach(((ArrayNode) policy.get("Statement"))::add);
    }
    return policy;
  }

  private static void inEach(ArrayNode names, List<String> cells) {
    List<String> before = new ArrayList<>();
    names.forEach(name -> before.add(name.textValue()));
    names.removeAll();
    before.stream()
        .flatMap(name -> cells.stream().map(cell -> name.replace("PREFIX", cell + "/")).distinct())
        .forEach(names::add);
  }
}
