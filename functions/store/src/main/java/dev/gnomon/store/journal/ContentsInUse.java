package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Write;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;

/// Counts content in packs as used by the session that writes a base. What lies in a condemned pack
/// is rescued: its blobs are stored anew.
record ContentsInUse(LogObjects log, BlobSession session) {

  void use(Write.Put value) {
    if (value.content() instanceof Content.Stored stored) {
      ContentRef ref = TransactionCodec.ref(stored);
      if (!Contents.reuse(session, ref)) {
        Contents.allMatch(
            ref,
            session::read,
            hash -> {
              byte[] blob = session.read(hash);
              BlobSession.join(session.store(blob, blob.length, BlobSession.Kind.DATA));
              return true;
            });
      }
    }
  }
}
