package dev.gnomon.core.actuators;

import dev.gnomon.core.ids.Epoch;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/// Remembers, over restarts and between processes, the greatest epoch that work on something
/// outside Gnomon was begun for, and lets only one do such work at a time. Thread-safe.
public interface AppliedEpochs {

  /// Does the work if no greater epoch was begun for this key; an equal one may be repeated. The
  /// epoch is remembered durably before the work begins, so that a smaller one can't follow even if
  /// the work is killed.
  ///
  /// @param key what is worked on, such as `symlink site /srv/current`; it is not stored in clear
  /// @param outdated answers for the case that a greater epoch, which it is given, came first
  /// @throws java.io.UncheckedIOException if the memory can't be read or written; the work was not
  ///   begun
  /// @throws dev.gnomon.core.faults.Unavailable if others hold the key for longer than the
  ///   implementation waits; the work was not begun
  <T> T inTurn(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated);

  /// Does work that belongs to an epoch, unless a greater one was begun for this key. Several may
  /// do so at once, in any number of processes; what [#inTurn] does waits until they are through.
  /// Nothing is remembered.
  ///
  /// @param outdated answers for the case that a greater epoch, which it is given, came first
  /// @throws java.io.UncheckedIOException as [#inTurn] does
  /// @throws dev.gnomon.core.faults.Unavailable as [#inTurn] does
  <T> T during(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated);
}
