/// What a use case throws when it can't do what was asked, apart from the faults of ports. The
/// runtime answers each of them once, in one place: Refusal is final, Busy and Unavailable are
/// tried again.
@NullMarked
package dev.gnomon.core.faults;

import org.jspecify.annotations.NullMarked;
