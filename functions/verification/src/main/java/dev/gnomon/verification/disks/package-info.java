/// Disks of a test's own, which can be filled to the last block, and what is open on them.
@NullMarked
package dev.gnomon.verification.disks;

import org.jspecify.annotations.NullMarked;
