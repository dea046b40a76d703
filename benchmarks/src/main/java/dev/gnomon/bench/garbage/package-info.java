/// What a collection costs on a store of many chunks that is made up while it is read.
@NullMarked
package dev.gnomon.bench.garbage;

import org.jspecify.annotations.NullMarked;
