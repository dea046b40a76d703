/// Records of the store: its format, rollback points with their sequence numbers, what people said
/// about them (marks), the chosen result and the parts of each job. All are written once under a
/// name of their own.
@NullMarked
package dev.gnomon.store.points;

import org.jspecify.annotations.NullMarked;
