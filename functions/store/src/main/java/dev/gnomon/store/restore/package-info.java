/// Bringing points back: comparing a directory with a point, writing what differs beside its place
/// and renaming it, and never touching anything outside of the target.
@NullMarked
package dev.gnomon.store.restore;

import org.jspecify.annotations.NullMarked;
