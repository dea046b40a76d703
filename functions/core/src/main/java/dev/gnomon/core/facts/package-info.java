/// Facts: what a use case made true, each with the object that proves it. A deployable turns facts
/// into events; the id of an event is derived from the object's name, so a repeated step says the
/// same thing.
@NullMarked
package dev.gnomon.core.facts;

import org.jspecify.annotations.NullMarked;
