package dev.gnomon.images.reach;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The resources that native-image puts into the executable. The name of a module is passed over.
final class ResourceNames {
  private static final Pattern PART = Pattern.compile("\\*\\*/|\\*\\*|\\*|[^*]+");

  private final List<Pattern> included = new ArrayList<>();
  private final List<Pattern> excluded = new ArrayList<>();

  /// @param entry has a glob or, until GraalVM for JDK 22, a pattern
  void include(JsonNode entry) {
    if (entry.has("glob")) {
      included.add(glob(entry.path("glob").asText()));
    } else if (entry.has("pattern")) {
      included.add(pattern(entry));
    }
  }

  void exclude(JsonNode entry) {
    excluded.add(pattern(entry));
  }

  boolean contains(String name) {
    return included.stream().anyMatch(one -> one.matcher(name).matches())
        && excluded.stream().noneMatch(one -> one.matcher(name).matches());
  }

  private static Pattern pattern(JsonNode entry) {
    String[] parts = entry.path("pattern").asText().split(":", 2);
    return Pattern.compile(parts[parts.length - 1]);
  }

  /// A star stands for names in one folder, two for any folders or none.
  private static Pattern glob(String glob) {
    StringBuilder regex = new StringBuilder();
    Matcher parts = PART.matcher(glob);
    while (parts.find()) {
      regex.append(
          switch (parts.group()) {
            case "**/" -> "(?:.*/)?";
            case "**" -> ".*";
            case "*" -> "[^/]*";
            default -> Pattern.quote(parts.group());
          });
    }
    return Pattern.compile(regex.toString());
  }
}
