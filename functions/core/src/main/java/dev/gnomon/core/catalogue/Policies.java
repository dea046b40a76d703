package dev.gnomon.core.catalogue;

/// How the whole installation watches and decides, as far as it does not belong to one resource.
///
/// @param merit how places are compared, and what follows
public record Policies(MeritPolicy merit) {
  public static final Policies DEFAULT = new Policies(MeritPolicy.DEFAULT);
}
