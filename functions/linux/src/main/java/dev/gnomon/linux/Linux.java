package dev.gnomon.linux;

/// Whether this is a system on which the calls of this package can be made.
public final class Linux {
  private Linux() {}

  /// @return false on other systems and processors than 64-bit Linux on x86-64 and arm64, or
  ///   without native access
  public static boolean isAvailable() {
    return Kernel.isAvailable();
  }
}
