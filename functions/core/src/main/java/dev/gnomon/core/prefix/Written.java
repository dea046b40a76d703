package dev.gnomon.core.prefix;

/// What a write made.
///
/// @param etag without quotes
/// @param version empty if the bucket keeps none
public record Written(String etag, String version) {}
