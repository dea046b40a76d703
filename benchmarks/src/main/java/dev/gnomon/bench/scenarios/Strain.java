package dev.gnomon.bench.scenarios;

import java.util.HashSet;
import java.util.Set;

/// What a script does to the plant in one minute; fresh each minute, in which nothing is done. Not
/// thread-safe.
final class Strain {
  /// Where the trouble sits, and with that what ends it for the users.
  enum Seat {
    /// In the place that serves at first: who is served from elsewhere is well.
    HOME,
    /// In the bytes: they are bad wherever they are served, and good bytes are well.
    CONTENT,
    /// Outside of what can be switched.
    OUTSIDE
  }

  Seat seat = Seat.HOME;
  double capacity = 1;
  double serviceTime = 1;
  double extraLatency;
  double errors;
  double traffic = 1;
  double retries;
  double memory;
  double queue = 1;
  double errorLines = 1;
  double lag;

  /// Of the machines of the home cell.
  double ioWait = 1;

  double disk;
  double sectors;
  double heat;
  double retransmits;
  double stolen;

  /// The service takes requests and answers none; it reports nothing new.
  boolean hangs;

  /// The home cell is gone with all that runs in it.
  boolean dead;

  /// Only the object store of the home cell does not answer.
  boolean storeGone;

  /// The cell of the shadow is gone, too.
  boolean shadowGone;

  /// Users are harmed although no answer is an error.
  boolean harms;

  /// What is written now is wrong.
  boolean corrupts;

  /// The other resource of the cell is struck likewise.
  boolean both;

  boolean restarts;
  boolean deploys;
  boolean absurd;
  double silentShare;
  double skewSeconds;

  /// Every sample comes once more, and those of some minutes ago again.
  boolean repeats;

  /// Vantage points that do not reach the home cell, though others do.
  final Set<String> blind = new HashSet<>();
}
