package dev.gnomon.store.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.objects.ObjectName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names that the format gives to records, and what such a record says itself of where it belongs:
/// one that was put under another name is whole by its hash and says another name. Roots have kinds
/// of their own for this.
final class RecordNames {
  private static final String POINT = "([a-z0-9-]{1,63})/([0-9]{20})";

  private static final List<Form> FORMS =
      List.of(
          form("store/accepted/" + POINT, "", Part.POINT),
          form("store/expired/" + POINT, "/point", Part.POINT),
          form("store/marks/" + POINT + "/([0-9]{20})", "/point", Part.POINT)
              .and("/number", Part.THIRD_NUMBER),
          form("store/jobs/([^/]+)/parts/[0-9]{10}"),
          form("store/jobs/([^/]+)/chosen/[0-9]{10}", "/template/point/job", Part.FIRST),
          form("store/grace/([0-9]{20})/[0-9]{20}", "/millis", Part.FIRST_NUMBER),
          form("store/gc/[0-9]{20}/(condemned|done)"),
          form("store/keys/([0-9a-f]{32})/([^/]+)", "/dataKey", Part.FIRST)
              .and("/masterKey", Part.SECOND),
          form("store/keys/[0-9a-f]{32}/removing/([^/]+)", "", Part.FIRST));

  private RecordNames() {}

  /// What of a name a record repeats.
  private enum Part {
    FIRST,
    SECOND,
    FIRST_NUMBER,
    THIRD_NUMBER,
    POINT;

    String of(MatchResult name) {
      return switch (this) {
        case FIRST -> name.group(1);
        case SECOND -> name.group(2);
        case FIRST_NUMBER -> number(name.group(1));
        case THIRD_NUMBER -> number(name.group(3));
        case POINT -> name.group(1) + "@" + number(name.group(2));
      };
    }

    private static String number(String padded) {
      String digits = padded.replaceFirst("^0+", "");
      return digits.isEmpty() ? "0" : digits;
    }
  }

  /// @param repeats where in the record (a JSON pointer) which part of the name is said again
  private record Form(Pattern name, Map<String, Part> repeats) {
    Form and(String pointer, Part part) {
      Map<String, Part> more = new HashMap<>(repeats);
      more.put(pointer, part);
      return new Form(name, Map.copyOf(more));
    }
  }

  private static Form form(String name) {
    return new Form(Pattern.compile(name), Map.of());
  }

  private static Form form(String name, String pointer, Part part) {
    return form(name).and(pointer, part);
  }

  /// Whether the format has such a name.
  static boolean isKnown(ObjectName name) {
    return FORMS.stream().anyMatch(form -> form.name().matcher(name.value()).matches());
  }

  /// What a record says of its name that is not so; nothing if it says nothing, as older ones do.
  static Optional<String> disagreement(ObjectName name, JsonNode record) {
    for (Form form : FORMS) {
      Matcher matcher = form.name().matcher(name.value());
      if (matcher.matches()) {
        for (Map.Entry<String, Part> repeat : form.repeats().entrySet()) {
          JsonNode said = record.at(repeat.getKey());
          String expected = repeat.getValue().of(matcher);
          if (!said.isMissingNode() && !said.asText().equals(expected)) {
            return Optional.of(
                "it is a record of %s, expected %s: it was exchanged or moved"
                    .formatted(said.asText(), expected));
          }
        }
      }
    }
    return Optional.empty();
  }
}
