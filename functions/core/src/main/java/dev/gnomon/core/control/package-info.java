/// Control records: small JSON objects, written once under a name that says which effect they are.
/// The one primitive is create: exactly one writer of a name wins, and each learns who it was.
@NullMarked
package dev.gnomon.core.control;

import org.jspecify.annotations.NullMarked;
