package dev.gnomon.core.objects;

import java.util.List;
import java.util.Optional;

/// One page of a listing, in ascending order of names (by their UTF-8 bytes).
///
/// @param next pass it as `after` to get the page that follows; empty on the last page
public record ObjectPage(List<ObjectStat> objects, Optional<ObjectName> next) {
  public ObjectPage {
    objects = List.copyOf(objects);
  }
}
