@NullMarked
package dev.gnomon.store.blobs;

import org.jspecify.annotations.NullMarked;
