/// Places: where the data of a resource lies. A place says which data is meant and nothing of how
/// it is reached; credentials never stand in it, so it may be stored, shown and compared.
@NullMarked
package dev.gnomon.core.places;

import org.jspecify.annotations.NullMarked;
