package dev.gnomon.protect.webhooks;

import dev.gnomon.core.catalogue.WebhookSender;
import dev.gnomon.core.secrets.KeyRing;
import dev.gnomon.runtime.http.Rejection;

/// What is particular to one kind of sender. Stateless.
interface Sender {
  /// Whether the request may come from somebody who holds one of the keys, as far as can be told
  /// before its body is read. Of those who show a token in a header all of it can be told.
  ///
  /// @param head without its body
  boolean mayBeAuthentic(KeyRing keys, Hook head);

  /// Whether the request comes from somebody who holds one of the keys. How long that takes says
  /// nothing of a key.
  boolean isAuthentic(KeyRing keys, Hook hook);

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
