@NullMarked
package dev.gnomon.core.decision;

import org.jspecify.annotations.NullMarked;
