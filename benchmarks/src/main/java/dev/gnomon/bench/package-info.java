/// Benchmarks of Gnomon: `gnomon bench NAME` runs ours and the peers in turn and reports. This
/// package is the command and the list of benches; the harness knows nothing of either.
@NullMarked
package dev.gnomon.bench;

import org.jspecify.annotations.NullMarked;
