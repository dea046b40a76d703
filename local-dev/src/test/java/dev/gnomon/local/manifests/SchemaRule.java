package dev.gnomon.local.manifests;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Every object fits the closed schema of its kind, and no kind is without one.
final class SchemaRule implements Rule {
  private static final ClosedSchemas SCHEMAS = new ClosedSchemas();

  @Override
  public Stream<String> broken(List<KubeObject> objects) {
    return objects.stream().flatMap(this::broken);
  }

  private Stream<String> broken(KubeObject object) {
    Optional<Schema> schema = SCHEMAS.find(object.type());
    if (schema.isEmpty()) {
      return Stream.of(
          object.id() + ": expected a kind that has a schema here, found " + object.type());
    }
    return schema.get().validate(object.json().toString(), InputFormat.JSON).stream()
        .map(error -> object.id() + sentence(error))
        .distinct();
  }

  private static String sentence(Error error) {
    String at = " at " + error.getInstanceLocation() + ": ";
    return error.getKeyword().equals("additionalProperties")
        ? at + "expected no field that the schema does not know, found " + error.getProperty()
        : at + "expected what the schema allows, found: " + error.getMessage();
  }
}
