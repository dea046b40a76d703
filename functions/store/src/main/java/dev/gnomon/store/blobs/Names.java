package dev.gnomon.store.blobs;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Names of packs and index objects, and lists of them. Others may put objects of their own below
/// the store (a tool that syncs leaves its conflict files there): what has no name of the format is
/// nothing to anybody but a check, which names it.
public final class Names {
  public static final String PACKS = "store/packs/";
  public static final String INDEX = "store/index/";
  public static final String JOURNAL = "store/journal/";
  private static final int PAGE = 1000;
  private static final int MAX_ID_LENGTH = 64;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{20}");

  private Names() {}

  public static ObjectName pack(String id) {
    return new ObjectName(PACKS + id);
  }

  public static ObjectName index(String id) {
    return new ObjectName(INDEX + id);
  }

  /// The last segment of a name.
  public static String last(ObjectName name) {
    return name.value().substring(name.value().lastIndexOf('/') + 1);
  }

  /// Whether a pack or an index object can have that id.
  public static boolean isId(String text) {
    if (text.isEmpty() || text.length() > MAX_ID_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean fits =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /// The number that a segment of a name is; empty if it is none of 20 digits, or too great.
  public static OptionalLong number(String segment) {
    if (!NUMBER.matcher(segment).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(segment));
    } catch (NumberFormatException e) { // above 2^63
      return OptionalLong.empty();
    }
  }

  /// Every pack.
  public static void eachPack(ObjectStore objects, Consumer<ObjectStat> use) {
    eachWithId(objects, PACKS, use);
  }

  /// Every index object.
  public static void eachIndex(ObjectStore objects, Consumer<ObjectStat> use) {
    eachWithId(objects, INDEX, use);
  }

  private static void eachWithId(ObjectStore objects, String prefix, Consumer<ObjectStat> use) {
    each(
        objects,
        prefix,
        object -> {
          if (isId(object.name().value().substring(prefix.length()))) {
            use.accept(object);
          }
        });
  }

  /// Every object below a prefix, page by page.
  public static void each(ObjectStore objects, String prefix, Consumer<ObjectStat> use) {
    Optional<ObjectName> after = Optional.empty();
    do {
      ObjectPage page = objects.list(prefix, after, PAGE);
      page.objects().forEach(use);
      after = page.next();
    } while (after.isPresent());
  }
}
