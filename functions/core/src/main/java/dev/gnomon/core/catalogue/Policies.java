package dev.gnomon.core.catalogue;

/// How the whole installation watches and decides, as far as it does not belong to one resource.
public record Policies() {
  public static final Policies DEFAULT = new Policies();
}
