package dev.gnomon.webhook;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.secrets.Secrets;
import dev.gnomon.core.secrets.Signature;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// [NoticeJson], signed if there is a secret: `Gnomon-Timestamp` holds the seconds since 1970 of
/// this attempt, `Gnomon-Signature` is `v1=` and the hexadecimal HMAC-SHA256 (RFC 2104, FIPS 180-4)
/// of timestamp, a full stop and the body as it was sent. A receiver computes the same, compares in
/// constant time, refuses old timestamps, and drops ids that it has seen.
final class GenericForm implements NoticeForm {
  static final String TIMESTAMP = "Gnomon-Timestamp";
  static final String SIGNATURE = "Gnomon-Signature";

  private final Channel.Generic spec;
  private final Secrets secrets;

  GenericForm(Channel.Generic spec, Secrets secrets) {
    this.spec = spec;
    this.secrets = secrets;
  }

  @Override
  public Message message(Notice notice, Instant now) throws Secrets.Unreadable {
    byte[] body = Bodies.json(NoticeJson.of(notice));
    Map<String, String> headers = new HashMap<>();
    headers.put("Idempotency-Key", notice.key());
    if (spec.secret().isPresent()) {
      String timestamp = Long.toString(now.getEpochSecond());
      headers.put(TIMESTAMP, timestamp);
      headers.put(SIGNATURE, "v1=" + signature(secrets.key(spec.secret().get()), timestamp, body));
    }
    return new Message(Addresses.of(secrets.read(spec.url())), headers, body);
  }

  @Override
  public String shown(Notice notice) {
    return Bodies.text(NoticeJson.of(notice));
  }

  static String signature(String secret, String timestamp, byte[] body) {
    return Signature.of(secret, (timestamp + ".").getBytes(StandardCharsets.US_ASCII), body).hex();
  }
}
