package dev.gnomon.core.catalogue;

/// How the shadow store of a cell is encrypted.
///
/// @param key address of the master key: `file:/path`, `env:NAME` or
///   `vault+https://host[:port]/v1/<mount>/keys/<name>`
public record EncryptionSpec(String key) {}
