package dev.gnomon.webhook;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.secrets.Secrets;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/// `{"text": "[CRITICAL] ..."}`, which Slack's incoming webhooks and most of their like accept.
final class TextForm implements NoticeForm {
  /// Slack cuts longer texts.
  static final int MAX_TEXT = 3000;

  private final Channel.Text spec;
  private final Secrets secrets;

  TextForm(Channel.Text spec, Secrets secrets) {
    this.spec = spec;
    this.secrets = secrets;
  }

  @Override
  public Message message(Notice notice, Instant now) throws Secrets.Unreadable {
    URI url = Addresses.of(secrets.read(spec.url()));
    return new Message(url, Map.of("Idempotency-Key", notice.key()), Bodies.json(body(notice)));
  }

  @Override
  public String shown(Notice notice) {
    return Bodies.text(body(notice));
  }

  private static Map<String, String> body(Notice notice) {
    return Map.of("text", Mrkdwn.escaped("[" + notice.severity() + "] " + notice.text(), MAX_TEXT));
  }
}
