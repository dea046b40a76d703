package dev.gnomon.core.actuators;

/// Tells people.
public interface Notifier {
  /// Returns when the notice is kept, and so will be told or shown as undelivered, whatever happens
  /// to this process. Waits for no receiver. The same notice again changes nothing.
  ///
  /// @throws dev.gnomon.core.objects.ObjectStoreException if it can't be kept now
  void notify(Notice notice);
}
