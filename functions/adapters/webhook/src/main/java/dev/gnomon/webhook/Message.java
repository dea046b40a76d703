package dev.gnomon.webhook;

import java.net.URI;
import java.util.Map;

/// What is posted. It may hold secrets.
record Message(URI url, Map<String, String> headers, byte[] body) {
  Message {
    headers = Map.copyOf(headers);
  }

  /// Scheme and host of the address, no more.
  @Override
  public String toString() {
    return "Message[" + WebhookClient.shown(url) + "]";
  }
}
