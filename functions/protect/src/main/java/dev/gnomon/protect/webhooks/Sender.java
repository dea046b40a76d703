package dev.gnomon.protect.webhooks;

import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.runtime.http.Rejection;
import java.util.List;

/// What is particular to one kind of sender. Stateless.
interface Sender {
  /// Whether the request comes from somebody who holds one of the keys. How long that takes says
  /// nothing of a key.
  boolean isAuthentic(List<byte[]> keys, Hook hook);

  /// @param hook an authentic one
  /// @throws Rejection (400) if it is not what such a sender sends
  Reading read(Hook hook);

  static Sender of(WebhookSender sender) {
    return switch (sender.kind()) {
      case GENERIC -> new GenericSender(sender.tolerance());
      case GITHUB -> new GitHubSender();
      case ALERTMANAGER -> new AlertmanagerSender();
      case ARGO_ROLLOUTS -> new ArgoRolloutsSender();
      case FLAGGER -> new FlaggerSender();
    };
  }
}
