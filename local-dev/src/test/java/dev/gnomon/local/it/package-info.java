/// The whole product as a black box: stacks in processes of their own, driven by the commands and
/// by HTTP, killed, starved and fed with nonsense.
@NullMarked
package dev.gnomon.local.it;

import org.jspecify.annotations.NullMarked;
