/// Check and repair: whether everything that points need is in the store and as it was written, who
/// is hurt by what is not, and how it is made anew from the store of another cell. A finding is one
/// object that is not as it should be; it is damage if a root may need it, else a note.
@NullMarked
package dev.gnomon.store.check;

import org.jspecify.annotations.NullMarked;
