package dev.gnomon.store.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Extended attributes of entries, compared and made equal.
public final class ExtendedAttributes {
  /// Most bytes of the values of all attributes of an entry that a point takes. Some file systems
  /// can hold thousands of values of 64 KiB.
  public static final int MAX_VALUES_BYTES = 8 << 20;

  private ExtendedAttributes() {}

  /// Makes the attributes of an entry equal to the wanted ones, setting only what differs.
  ///
  /// @return names of what could not be set because this process may not or the file system has no
  ///   such attributes; empty if all are as wanted
  public static List<String> apply(EntryAt at, FileStat.Kind kind, Map<String, byte[]> wanted)
      throws IOException {
    return apply(at, at.attributes(kind), wanted);
  }

  /// @param present what it has, as it was just read
  public static List<String> apply(
      EntryAt at, Map<String, byte[]> present, Map<String, byte[]> wanted) throws IOException {
    if (same(present, wanted)) {
      return List.of();
    }
    List<String> refused = new ArrayList<>();
    for (String name : present.keySet()) {
      if (!wanted.containsKey(name) && !at.removeAttribute(name)) {
        refused.add(name);
      }
    }
    for (Map.Entry<String, byte[]> attribute : wanted.entrySet()) {
      String name = attribute.getKey();
      if (!Arrays.equals(attribute.getValue(), present.get(name))
          && !at.setAttribute(name, attribute.getValue())) {
        refused.add(name);
      }
    }
    return refused;
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
