package dev.gnomon.store.blobs;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.util.Optional;
import java.util.function.Consumer;

/// Names of packs and index objects, and lists of them.
public final class Names {
  public static final String PACKS = "store/packs/";
  public static final String INDEX = "store/index/";
  public static final String JOURNAL = "store/journal/";
  private static final int PAGE = 1000;

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
