/// From an event that says that a resource will fail until an outside reader gets the shadow's
/// bytes.
@NullMarked
package dev.gnomon.bench.decide;

import org.jspecify.annotations.NullMarked;
