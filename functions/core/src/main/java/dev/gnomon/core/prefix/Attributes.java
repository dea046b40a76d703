package dev.gnomon.core.prefix;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an object carries beside its content.
///
/// @param headers standard headers that come back with the content, by lower-case name:
///   `content-type`, `cache-control`, `content-disposition`, `content-encoding`,
///   `content-language`, `expires`, `x-amz-storage-class`, `x-amz-website-redirect-location`
/// @param metadata the user's own, by lower-case name without `x-amz-meta-`
public record Attributes(
    SortedMap<String, String> headers,
    SortedMap<String, String> metadata,
    SortedMap<String, String> tags) {
  public static final Attributes NONE =
      new Attributes(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  public Attributes {
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  public Attributes withTags(SortedMap<String, String> others) {
    return new Attributes(headers, metadata, others);
  }
}
