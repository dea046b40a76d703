package dev.gnomon.s3;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.PrefixWriter;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.verification.catalogue.PlainResource;
import java.util.Optional;

/// Resources that are prefixes.
final class Resources {
  private Resources() {}

  static Resource prefix(S3Prefix place, Optional<PrefixWriter> writer) {
    return PlainResource.prefix(
            "data",
            place,
            new PrefixSpec(
                Optional.empty(),
                Optional.of(new Credentials("ACCESS", "SECRET")),
                Versions.COPY,
                false,
                writer))
        .resource();
  }
}
