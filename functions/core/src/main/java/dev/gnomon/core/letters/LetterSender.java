package dev.gnomon.core.letters;

/// Gives the event of a letter to the broker.
@FunctionalInterface
public interface LetterSender {
  /// Returns when the broker has stored it.
  ///
  /// @param event as structured JSON
  /// @throws NotTaken if the broker does not take it, or does not answer
  void send(String event);

  /// The broker did not take an event; the message says why.
  final class NotTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotTaken(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
