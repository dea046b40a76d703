/// Tests of what is behind journals.
@NullMarked
package dev.gnomon.store.journal;

import org.jspecify.annotations.NullMarked;
