package dev.gnomon.store.check;

/// What a repair did.
///
/// @param fetched blobs that were lost and are there again
/// @param fetchedBytes of them
/// @param copied blobs that were whole and lie in new packs now
/// @param indexed packs that an index object names again
/// @param left what a check finds now
public record RepairReport(
    long fetched, long fetchedBytes, long copied, long indexed, CheckReport left) {}
