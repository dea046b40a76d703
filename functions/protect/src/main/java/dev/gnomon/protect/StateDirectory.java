package dev.gnomon.protect;

import java.nio.file.Path;

/// Where this host remembers which epochs its actuators have applied.
public record StateDirectory(Path path) {}
