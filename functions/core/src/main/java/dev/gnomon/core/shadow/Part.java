package dev.gnomon.core.shadow;

/// A run of the paths of a tree, in the order of a depth-first walk with names sorted by their
/// bytes.
///
/// Paths in this and the other values of this package are UTF-8 text; bytes that are no UTF-8,
/// control characters and the backslash stand as `\xNN`.
///
/// @param number from 0
/// @param from first path (relative, `/`-separated); empty means from the start
/// @param before first path that no longer belongs to the part; empty means to the end
/// @param bytes estimated amount of file content
public record Part(int number, String from, String before, long bytes) {
  public static final Part WHOLE = new Part(0, "", "", 0);
}
