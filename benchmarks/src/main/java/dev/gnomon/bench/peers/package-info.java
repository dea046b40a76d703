/// Other people's programs that Gnomon is measured against, each with the jobs that benches ask of
/// it. A peer is named by its program; it is used where a machine has it.
@NullMarked
package dev.gnomon.bench.peers;

import org.jspecify.annotations.NullMarked;
