package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.store.prefix.PrefixObjects;
import dev.gnomon.store.prefix.PrefixRoot;
import dev.gnomon.store.tree.Contents;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// The objects of a point as values, in the order of their keys. The object whose key is the prefix
/// itself is none: a journal has no empty key.
record PrefixValues(PrefixRoot root, Contents.Blobs blobs) implements Iterable<Write.Put> {

  @Override
  public Iterator<Write.Put> iterator() {
    return StreamSupport.stream(new PrefixObjects(root, blobs).spliterator(), false)
        .filter(object -> !object.rawKey().isEmpty())
        .map(PrefixValues::value)
        .iterator();
  }

  private static Write.Put value(PrefixObjects.Known object) {
    String version = object.version().isEmpty() ? KeyVersion.UNVERSIONED : object.version();
    Content content =
        object
            .content()
            .<Content>map(TransactionCodec::stored)
            .orElseGet(() -> new Content.InSource(object.size()));
    return new Write.Put(
        new Key(object.rawKey()),
        Optional.of(version),
        new ObjectFacts(object.etag(), object.modified(), Optional.of(object.attributes()))
            .metadata(),
        content);
  }
}
