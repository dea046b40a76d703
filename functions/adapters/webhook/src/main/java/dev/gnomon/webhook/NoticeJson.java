package dev.gnomon.webhook;

import dev.gnomon.core.actuators.Notice;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The JSON form of a notice, version 1, as notice.v1.schema.json says it. Receivers have to accept
/// further fields; a change that they could not read gets another version.
///
/// @param id the same for repeats
record NoticeJson(
    String schema,
    int version,
    String id,
    String kind,
    String severity,
    String action,
    String episode,
    Optional<String> subject,
    Instant time,
    String title,
    String text,
    List<Notice.Field> fields,
    List<Notice.Link> links) {
  static final String SCHEMA = "https://gnomon.dev/schemas/notice.v1.schema.json";
  static final String TYPE = "dev.gnomon.notice.v1";

  static NoticeJson of(Notice notice) {
    return new NoticeJson(
        SCHEMA,
        1,
        notice.key(),
        notice.kind(),
        notice.severity().name().toLowerCase(Locale.ROOT),
        notice.action().name().toLowerCase(Locale.ROOT),
        notice.episode(),
        notice.subject(),
        notice.time(),
        notice.title(),
        notice.text(),
        notice.fields(),
        notice.links());
  }
}
