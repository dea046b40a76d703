@NullMarked
package dev.gnomon.core.places;

import org.jspecify.annotations.NullMarked;
