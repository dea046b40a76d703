package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.PrefixWriter;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import java.util.Optional;

/// What a resource of kind s3-prefix says of its bucket.
final class PrefixDraft {
  private PrefixDraft() {}

  /// Only for a resource in which no mistake was found.
  static PrefixSpec build(Section resource) {
    return new PrefixSpec(
        resource.at("region").text(),
        credentials(resource),
        resource.at("versions").choice(Versions.class).orElse(Versions.COPY),
        resource.at("tags").text().filter("all"::equals).isPresent(),
        resource.has("writer") ? Optional.of(writer(resource.at("writer"))) : Optional.empty());
  }

  private static PrefixWriter writer(Section writer) {
    return new PrefixWriter(
        credentials(writer), writer.at("principal").text().orElse(PrefixWriter.EVERYBODY));
  }

  private static Optional<Credentials> credentials(Section at) {
    return at.at("accessKeyEnv")
        .text()
        .flatMap(
            access -> at.at("secretKeyEnv").text().map(secret -> new Credentials(access, secret)));
  }
}
