package dev.gnomon.core.journal;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import java.time.Duration;
import java.util.List;

/// The journals of one store.
public interface Journals {
  Journal of(ResourceName resource);

  Replay replay(ResourceName resource);

  JournalUpkeep upkeep(ResourceName resource);

  /// The journal of a resource that is a prefix of a bucket.
  ///
  /// @param settle how old a version must be so that no list of the server misses it
  PrefixJournal prefix(ResourceName resource, S3Prefix place, Duration settle);

  /// Makes points of moments of a resource's journal.
  ///
  /// @param place where the resource lives by the catalogue
  MomentPoints moments(ResourceName resource, Place place);

  /// Resources that have a journal.
  List<ResourceName> resources();
}
