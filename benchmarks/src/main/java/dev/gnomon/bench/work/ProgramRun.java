package dev.gnomon.bench.work;

import java.util.OptionalDouble;

/// How a program that ended by itself did.
///
/// @param exitCode 128 + n where signal n ended it
/// @param seconds from before its start until it was seen to have ended, above 0
/// @param output all of its standard output, as UTF-8
/// @param complaint the last lines of its standard error, as one; empty if there was none
/// @param peakMebibytes of the program and all that it started, see [PeakMemory]; empty where the
///   system doesn't tell
/// @param childrenPeakMebibytes without the program itself; empty also if it was not seen to start
///   any
public record ProgramRun(
    Program program,
    int exitCode,
    double seconds,
    String output,
    String complaint,
    OptionalDouble peakMebibytes,
    OptionalDouble childrenPeakMebibytes) {

  /// @return this
  /// @throws RoundFailedException if the program says that it failed
  public ProgramRun succeeded() throws RoundFailedException {
    if (exitCode != 0) {
      throw new RoundFailedException(
          program.title()
              + " exited with "
              + exitCode
              + (complaint.isEmpty() ? "" : ": " + complaint));
    }
    return this;
  }
}
