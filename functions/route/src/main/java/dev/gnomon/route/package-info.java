/// The deployable that answers where resources are served: GET /routes and GET /routes/(resource).
/// It reads and never switches. A sighting is a route and where it was seen, the index or the
/// objects; sources are what it reads from, given by whoever wires the process.
@NullMarked
package dev.gnomon.route;

import org.jspecify.annotations.NullMarked;
