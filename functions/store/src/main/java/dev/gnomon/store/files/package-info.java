/// What Java's file API leaves open: names of any bytes, attributes in one look, extended
/// attributes of every kind, symbolic links as they are, and flushing of a whole file system.
@NullMarked
package dev.gnomon.store.files;

import org.jspecify.annotations.NullMarked;
