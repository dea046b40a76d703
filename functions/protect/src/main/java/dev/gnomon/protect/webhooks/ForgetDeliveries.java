package dev.gnomon.protect.webhooks;

import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Deletes records of deliveries that nobody needs any more: trouble that began longer ago than
/// `maxAge` asks for nothing, so a replay that is older than that needs no memory. Looks at a page
/// of them at a time. Thread-safe.
///
/// Of a delivery `sent` goes before `received`: were it the other way round, and the process killed
/// in between, the same delivery would be taken anew and never sent. What comes while its records
/// are deleted is sent once more at most, under the id that its event had, and changes nothing.
public final class ForgetDeliveries {
  /// At least. Senders that tell no time (a body of Argo Rollouts) are heard anew after it.
  static final Duration KEPT = Duration.ofDays(90);

  private static final int PAGE = 1000;
  private static final String FOLDER = "webhooks/";

  private final ObjectStore control;
  private final OpenWork openWork;
  private final Duration kept;
  private Optional<ObjectName> after = Optional.empty();

  public ForgetDeliveries(ObjectStore control, OpenWork openWork, List<WebhookSender> senders) {
    this.control = control;
    this.openWork = openWork;
    this.kept =
        senders.stream()
            .map(sender -> sender.maxAge().multipliedBy(2))
            .reduce(KEPT, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  /// Looks at the next page, and after the last one at the first.
  public synchronized void sweep() {
    ObjectPage page = control.list(FOLDER, after, PAGE);
    Instant before = control.time().minus(kept);
    List<ObjectName> old =
        page.objects().stream()
            .filter(object -> object.modified().isBefore(before))
            .map(ObjectStat::name)
            .toList();
    if (!old.isEmpty()) {
      forget(old, Set.copyOf(openWork.open(OpenWork.Kind.WEBHOOKS)));
    }
    after = page.next();
  }

  private void forget(List<ObjectName> old, Set<String> open) {
    Set<ObjectName> first = new HashSet<>();
    List<ObjectName> last = new ArrayList<>();
    for (ObjectName name : old) {
      String[] parts = name.value().split("/"); // webhooks, sender, key, what
      if (parts.length != 4 || open.contains(parts[1] + "/" + parts[2])) {
        continue; // nothing of ours, or not sent yet
      }
      if (parts[3].equals("received")) {
        first.add(ObjectName.of("webhooks", parts[1], parts[2], "sent"));
        last.add(name);
      } else {
        first.add(name);
      }
    }
    control.delete(first);
    control.delete(last);
  }
}
