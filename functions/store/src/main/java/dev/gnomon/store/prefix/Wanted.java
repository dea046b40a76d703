package dev.gnomon.store.prefix;

/// What a place has to be given and to lose so that it serves a point, in the order of keys.
interface Wanted {
  /// May be called several times; says the same each time.
  ///
  /// @throws dev.gnomon.store.blobs.BlobFault if what is told from can't be read
  void each(Visitor visitor);

  /// Told of what differs, or of everything if nothing is known of the place.
  interface Visitor {
    /// Is to be there as the entry says.
    void object(ObjectEntry entry);

    /// Is not to be there.
    void gone(String rawKey);

    /// Can't be served.
    ///
    /// @param now whether the point has it; otherwise the one before had it
    void notServed(String rawPath, String reason, boolean now);

    /// A further name of a file.
    ///
    /// @param now whether the point has it; otherwise the one before had it
    void hardLink(boolean now);
  }
}
