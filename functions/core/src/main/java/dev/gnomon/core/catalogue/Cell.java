package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import java.util.Optional;

/// A failure domain with its own object store.
///
/// @param store empty: the local stack gives the cell a store of its own
/// @param encryption of its shadow store; empty: whoever can read the store can read the shadows
public record Cell(CellName name, Optional<StoreSpec> store, Optional<EncryptionSpec> encryption) {
  private static final String SERVING = "serving/";

  public Cell(CellName name, Optional<StoreSpec> store) {
    this(name, store, Optional.empty());
  }

  /// Where generations of a resource are served as plain objects, beside the store; empty if the
  /// store is no bucket.
  public Optional<S3Prefix> serving(ResourceName resource) {
    return bucket()
        .map(home ->
            new S3Prefix(home.endpoint(), home.bucket(), home.prefix() + SERVING + resource + "/"));
  }

  /// How a place below this cell's `serving/` is reached: as its store is.
  Optional<PrefixSpec> reach(S3Prefix place) {
    return bucket()
        .filter(home ->
            home.endpoint().equals(place.endpoint())
                && home.bucket().equals(place.bucket())
                && place.prefix().startsWith(home.prefix() + SERVING))
        .map(home ->
            new PrefixSpec(
                store.orElseThrow().region(),
                store
                    .orElseThrow()
                    .accessKeyEnv()
                    .flatMap(access ->
                        store
                            .orElseThrow()
                            .secretKeyEnv()
                            .map(secret -> new PrefixSpec.Credentials(access, secret))),
                PrefixSpec.Versions.COPY,
                true,
                Optional.empty()));
  }

  /// An address that is none is named where the store is opened.
  private Optional<S3Prefix> bucket() {
    Optional<String> address = store.map(one -> one.url().toString());
    try {
      return address.filter(S3Prefix::isAddress).map(S3Prefix::of);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
