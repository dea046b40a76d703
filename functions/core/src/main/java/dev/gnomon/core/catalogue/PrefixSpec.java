package dev.gnomon.core.catalogue;

import java.util.Optional;

/// How a resource that is a prefix of a bucket is reached and kept.
///
/// @param region the bucket's region, if the server wants one
/// @param credentials names of environment variables; empty: the standard ones
/// @param versions whether points refer to versions of the bucket
/// @param allTags whether captures and restores ask for the tags of every object; otherwise of
///   those whose content or headers were written since
/// @param writer as whom the application writes; empty: nobody knows, so no fence is enforced
public record PrefixSpec(
    Optional<String> region,
    Optional<Credentials> credentials,
    Versions versions,
    boolean allTags,
    Optional<PrefixWriter> writer) {
  public static final PrefixSpec DEFAULT =
      new PrefixSpec(Optional.empty(), Optional.empty(), Versions.COPY, false, Optional.empty());

  /// The same place, written by an application as another one says.
  public PrefixSpec writtenBy(Optional<PrefixWriter> other) {
    return new PrefixSpec(region, credentials, versions, allTags, other);
  }

  /// Where credentials are found.
  ///
  /// @param accessKeyEnv name of an environment variable
  /// @param secretKeyEnv name of an environment variable
  public record Credentials(String accessKeyEnv, String secretKeyEnv) {}

  /// The identity that the application writes with; trial writes after a fence use it.
  ///
  /// @param credentials empty: it writes without any, as anonymous
  /// @param principal what the bucket policy denies, such as the ARN of a role; `*` is everybody
  public record PrefixWriter(Optional<Credentials> credentials, String principal) {
    public static final String EVERYBODY = "*";
  }

  /// Whether points hold bytes or refer to versions of the bucket.
  public enum Versions {
    /// Points hold the bytes: they outlive the bucket.
    COPY,
    /// Points refer to versions; a bucket without versioning is refused.
    USE,
    /// Points refer to versions where the bucket keeps them, and hold the bytes where not.
    AUTO
  }
}
