/// Experiments: trouble that is made on purpose, for a bounded time, to see whether automation does
/// what it should. [Trouble] says what is made, [Experiment] for how long and what is expected,
/// [Injected] what this process suffers now; decorators make it. Trouble lapses by itself: it is a
/// lease that [WatchTrouble] renews while the records say so. [RunExperiments] begins, watches and
/// ends experiments; [Outcome] is what came of one. Nothing here changes what is stored.
@NullMarked
package dev.gnomon.core.chaos;

import org.jspecify.annotations.NullMarked;
