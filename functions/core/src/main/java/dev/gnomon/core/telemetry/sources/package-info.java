/// Telemetry that is fetched: a _source_ is asked on a schedule for what it measured. What it does
/// not answer is missing, never bad.
@NullMarked
package dev.gnomon.core.telemetry.sources;

import org.jspecify.annotations.NullMarked;
