/// How places of resources did over time, kept compactly for plots. A _moment_ is what was measured
/// of a place at once; a _page_ holds the moments of a resource over some time, a column a metric
/// and cell. Fine pages are condensed to coarse ones after some days, and those are deleted in the
/// end.
@NullMarked
package dev.gnomon.core.history;

import org.jspecify.annotations.NullMarked;
