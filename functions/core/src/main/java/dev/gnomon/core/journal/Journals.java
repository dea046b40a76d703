package dev.gnomon.core.journal;

import dev.gnomon.core.ids.ResourceName;
import java.util.List;

/// The journals of one store.
public interface Journals {
  Journal of(ResourceName resource);

  Replay replay(ResourceName resource);

  JournalUpkeep upkeep(ResourceName resource);

  /// Resources that have a journal.
  List<ResourceName> resources();
}
