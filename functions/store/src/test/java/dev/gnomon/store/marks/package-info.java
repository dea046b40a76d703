/// Tests of what is behind marking.
@NullMarked
package dev.gnomon.store.marks;

import org.jspecify.annotations.NullMarked;
