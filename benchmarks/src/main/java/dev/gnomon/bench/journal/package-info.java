/// What the journal of a TRANSACTIONAL shadow is measured by: undoing its last writes.
@NullMarked
package dev.gnomon.bench.journal;

import org.jspecify.annotations.NullMarked;
