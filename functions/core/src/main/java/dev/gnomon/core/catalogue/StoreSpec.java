package dev.gnomon.core.catalogue;

import java.net.URI;
import java.util.Optional;

/// Where a cell's object store is: `file:DIR` or `s3+http(s)://host[:port]/bucket[/prefix]`.
///
/// @param accessKeyEnv environment variable that holds the access key (S3 only)
/// @param secretKeyEnv environment variable that holds the secret key (S3 only)
public record StoreSpec(
    URI url,
    Optional<String> region,
    Optional<String> accessKeyEnv,
    Optional<String> secretKeyEnv) {}
