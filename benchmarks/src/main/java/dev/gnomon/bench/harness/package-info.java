/// What all benches share: a bench prepares a contest of ours and peers (other people's programs);
/// rounds let them run in turn; each reads measures; a report has the spread of the readings, the
/// ratio to each peer and whether targets hold, as JSON and as a table.
@NullMarked
package dev.gnomon.bench.harness;

import org.jspecify.annotations.NullMarked;
