package dev.gnomon.store.roots;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Names;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Every root of a store, kind by kind. Thread-safe.
public final class Roots {
  private final ObjectStore objects;
  private final List<RootKind> kinds;

  public Roots(ObjectStore objects, List<RootKind> kinds) {
    this.objects = objects;
    this.kinds = List.copyOf(kinds);
  }

  /// Told of roots one after another.
  public interface Visitor {
    void root(Root root);

    /// @param fault why the root can't be read: nobody knows what it needs
    void damaged(RootKind kind, ObjectName name, BlobFault fault);
  }

  public List<RootKind> kinds() {
    return kinds;
  }

  /// Meets the roots that are listed now; one that is deleted meanwhile may be left out.
  public void each(Visitor visitor) {
    for (RootKind kind : kinds) {
      Names.each(objects, kind.prefix(), object -> one(kind, object.name(), visitor));
    }
  }

  /// Names of the objects that are roots now.
  public void names(Consumer<ObjectName> use) {
    kinds.forEach(kind -> Names.each(objects, kind.prefix(), object -> use.accept(object.name())));
  }

  private static void one(RootKind kind, ObjectName name, Visitor visitor) {
    Optional<Root> root;
    try {
      root = kind.read(name);
    } catch (BlobFault e) {
      visitor.damaged(kind, name, e);
      return;
    }
    root.ifPresent(visitor::root);
  }
}
