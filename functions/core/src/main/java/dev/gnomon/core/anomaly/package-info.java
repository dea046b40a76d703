/// How unusual one sample of a series is, told from the samples before it. Several _signals_
/// measure a sample in their own ways; the _surprise_ of a signal is how rare its value was so far,
/// in decades (3 is once in a thousand samples); the _score_ is what they say together, and 0.5 is
/// an _alarm_. After an alarm the scorer _rests_, and gets _used_ to series that alarm often. ADR
/// 24.
@NullMarked
package dev.gnomon.core.anomaly;

import org.jspecify.annotations.NullMarked;
