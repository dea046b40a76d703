@NullMarked
package dev.gnomon.store.tree;

import org.jspecify.annotations.NullMarked;
