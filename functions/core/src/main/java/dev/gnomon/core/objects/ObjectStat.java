package dev.gnomon.core.objects;

import java.time.Instant;

/// What a store says of an object without its content.
///
/// @param modified when it was written, by the store's clock
public record ObjectStat(ObjectName name, long sizeBytes, Instant modified) {}
