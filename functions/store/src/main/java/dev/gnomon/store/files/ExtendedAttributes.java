package dev.gnomon.store.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// Extended attributes of entries, compared and made equal.
public final class ExtendedAttributes {
  private ExtendedAttributes() {}

  /// Makes the attributes of an entry equal to the wanted ones, setting only what differs.
  ///
  /// @return what could not be set because this process may not or the file system has no such
  ///   attributes; empty if all are as wanted
  public static Optional<String> apply(EntryAt at, FileStat.Kind kind, Map<String, byte[]> wanted)
      throws IOException {
    SortedMap<String, byte[]> present = at.attributes(kind);
    if (same(present, wanted)) {
      return Optional.empty();
    }
    String refused = "";
    for (String name : present.keySet()) {
      if (!wanted.containsKey(name) && !at.removeAttribute(name)) {
        refused += name + " ";
      }
    }
    for (Map.Entry<String, byte[]> attribute : wanted.entrySet()) {
      String name = attribute.getKey();
      if (!Arrays.equals(attribute.getValue(), present.get(name))
          && !at.setAttribute(name, attribute.getValue())) {
        refused += name + " ";
      }
    }
    return refused.isEmpty() ? Optional.empty() : Optional.of(refused.strip());
  }

  /// Whether an open file surely has none: cheaper to ask than by its name.
  public static boolean surelyNone(InputStream file) {
    return file instanceof NativeInput input && input.hasNoAttributes();
  }

  public static boolean same(Map<String, byte[]> some, Map<String, byte[]> others) {
    return some.keySet().equals(others.keySet())
        && some.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), others.get(entry.getKey())));
  }
}
