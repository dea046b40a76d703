@NullMarked
package dev.gnomon.linux;

import org.jspecify.annotations.NullMarked;
