@NullMarked
package dev.gnomon.store.prefix;

import org.jspecify.annotations.NullMarked;
