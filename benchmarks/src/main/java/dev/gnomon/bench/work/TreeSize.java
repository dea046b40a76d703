package dev.gnomon.bench.work;

/// How much a directory holds.
///
/// @param files regular files; each name of a hard link counts
/// @param bytes the sum of their sizes
public record TreeSize(long files, long bytes) {}
