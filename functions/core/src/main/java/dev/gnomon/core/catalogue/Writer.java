package dev.gnomon.core.catalogue;

/// Identity under which the application writes the resource; trial writes after a fence use it.
public record Writer(int uid, int gid) {
  public static final Writer ROOT = new Writer(0, 0);
}
