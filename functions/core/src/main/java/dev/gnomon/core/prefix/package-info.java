/// Objects of other people's buckets, as sources and targets of points: what a list, a read and a
/// write of them have to give. Keys are those below the prefix of a place. An object is what is
/// current under a key; a version is what was current once and can still be read.
@NullMarked
package dev.gnomon.core.prefix;

import org.jspecify.annotations.NullMarked;
