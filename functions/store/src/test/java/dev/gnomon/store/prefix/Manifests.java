package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import java.util.SortedMap;
import java.util.function.Function;

/// Makes manifests of objects that there never were, for tests of what lies on them.
public final class Manifests {
  private Manifests() {}

  /// @param ids names content in the store
  /// @param contents by raw key
  public static PrefixRoot write(
      BlobSession session, Function<byte[], Hash> ids, SortedMap<String, ContentRef> contents) {
    ManifestWriter writer = new ManifestWriter(session, ids);
    contents.forEach((key, content) ->
        writer.add(
            new ObjectEntry(
                key,
                content.size(),
                "etag",
                0,
                true,
                "",
                Attributes.NONE,
                new Kept.Bytes(content, false))));
    return writer.finish();
  }
}
