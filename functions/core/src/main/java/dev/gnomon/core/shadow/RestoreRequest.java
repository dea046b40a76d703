package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;
import java.nio.file.Path;

/// Makes a directory equal to a point.
///
/// @param target directory to change; made if it is not there
/// @param partBytes largest amount of content for one part
public record RestoreRequest(PointId point, Path target, long partBytes) {}
