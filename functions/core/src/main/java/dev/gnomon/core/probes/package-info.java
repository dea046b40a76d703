/// Whether cells answer, as seen from several places. A _vantage point_ is a probing process with a
/// name and a network path of its own; a _standing_ is what it saw last of a cell. One vantage
/// point that fails proves nothing, for its own network may be what is broken: two do. ADR 27.
@NullMarked
package dev.gnomon.core.probes;

import org.jspecify.annotations.NullMarked;
