/// Whom TLS connections trust, and what is wrong where they don't.
@NullMarked
package dev.gnomon.core.tls;

import org.jspecify.annotations.NullMarked;
