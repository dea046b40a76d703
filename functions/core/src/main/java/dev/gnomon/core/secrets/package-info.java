/// Secrets: where they are read from, when they are used, and what they prove. A secret is named by
/// where it stands ([dev.gnomon.core.catalogue.Secret]), read at each use, so that a new one counts
/// without a restart, and is in no message and no log.
@NullMarked
package dev.gnomon.core.secrets;

import org.jspecify.annotations.NullMarked;
