package dev.gnomon.core.prefix;

import java.time.Instant;

/// An object, or one of its versions, as the server describes it.
///
/// @param etag without quotes
/// @param version empty if the bucket keeps none
public record Found(
    long size, String etag, Instant modified, String version, Attributes attributes) {}
