package dev.gnomon.protect;

import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.util.function.Predicate;

/// Runs something once, right before or right after an object is created: what another process does
/// at that very moment.
final class HookedObjectStore extends ForwardingObjectStore {
  private Predicate<String> before = name -> false;
  private Predicate<String> after = name -> false;
  private Runnable hook = () -> {};

  HookedObjectStore(ObjectStore store) {
    super(store);
  }

  void beforeCreating(Predicate<String> names, Runnable once) {
    before = names;
    hook = once;
  }

  void afterCreating(Predicate<String> names, Runnable once) {
    after = names;
    hook = once;
  }

  @Override
  public Creation create(ObjectName name, byte[] content) {
    if (before.test(name.value())) {
      before = ignored -> false;
      hook.run();
    }
    Creation creation = super.create(name, content);
    if (after.test(name.value())) {
      after = ignored -> false;
      hook.run();
    }
    return creation;
  }
}
