package dev.gnomon.core.shadow;

/// A run of the paths of a tree, in the order of a depth-first walk with names sorted by their
/// bytes.
///
/// @param number from 0
/// @param from first path (relative, `/`-separated); empty means from the start
/// @param before first path that no longer belongs to the part; empty means to the end
/// @param bytes estimated amount of file content
public record Part(int number, String from, String before, long bytes) {
  public static final Part WHOLE = new Part(0, "", "", 0);
}
