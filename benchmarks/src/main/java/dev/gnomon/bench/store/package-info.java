/// The bench `store`: shadows and restores of one tree by ours and by backup programs, as whole
/// processes on the same kind of store. A contender is a program that takes part; a ground is the
/// tree that everybody works on.
@NullMarked
package dev.gnomon.bench.store;

import org.jspecify.annotations.NullMarked;
