/// Servers behind TLS for tests.
@NullMarked
package dev.gnomon.verification.tls;

import org.jspecify.annotations.NullMarked;
