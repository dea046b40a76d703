/// Which rollback points stay, and why: a pure decision over the points of one resource in one
/// cell, that can be printed before anything is deleted. Words: a **rule** is a line of `keep`; a
/// **pin** is something under way that stands on a point; a **hold** is a person's order to keep
/// one.
@NullMarked
package dev.gnomon.core.retention;

import org.jspecify.annotations.NullMarked;
