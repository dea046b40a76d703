/// What every route index must do (a contract for the in-memory one and for Redis), and what tests
/// of the route table need: sample routes, an index that lies, a store that loses answers, racers.
@NullMarked
package dev.gnomon.verification.routes;

import org.jspecify.annotations.NullMarked;
