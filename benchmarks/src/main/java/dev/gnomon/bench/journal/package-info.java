/// What the journal of a TRANSACTIONAL shadow costs: undoing its last writes, and appending.
@NullMarked
package dev.gnomon.bench.journal;

import org.jspecify.annotations.NullMarked;
