/// How values are spread, as it comes in from outside: _buckets_ count values below bounds, of
/// equal or of growing width, and from what fell in between two readings come quantiles, a mean and
/// a rate as plain samples.
@NullMarked
package dev.gnomon.core.telemetry.distributions;

import org.jspecify.annotations.NullMarked;
