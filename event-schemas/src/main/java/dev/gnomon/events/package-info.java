/// The events of Gnomon: one record, one JSON Schema and golden examples per type. Plain Java, no
/// dependency on the rest of Gnomon, so that anything that speaks to Gnomon may use it.
@NullMarked
package dev.gnomon.events;

import org.jspecify.annotations.NullMarked;
