package dev.gnomon.webhook;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.secrets.Secrets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A message for an incoming webhook of Slack: the title as its text (what a notification shows),
/// then an attachment with the colour of the severity and blocks for the text, the fields, the
/// links and where it comes from.
///
/// Sources: [incoming
/// webhooks](https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks) (200 with
/// the text `ok`; refusals as 4xx with a word such as `invalid_blocks`), [section
/// block](https://docs.slack.dev/reference/block-kit/blocks/section-block) (text 3000 characters,
/// 10 fields of 2000), [text
/// object](https://docs.slack.dev/reference/block-kit/composition-objects/text-object) (`verbatim`
/// keeps names and addresses from becoming links), [secondary
/// attachments](https://docs.slack.dev/messaging/formatting-message-text) (`color`), [rate
/// limits](https://docs.slack.dev/apis/web-api/rate-limits) (429 with Retry-After).
final class SlackForm implements NoticeForm {
  static final int MAX_TEXT = 3000;
  static final int MAX_FIELDS = 10;
  static final int MAX_FIELD = 2000;
  static final int MAX_TITLE = 300;
  private static final Pattern WORD = Pattern.compile("[a-z_]{1,60}");

  private final Channel.Slack spec;
  private final Secrets secrets;

  SlackForm(Channel.Slack spec, Secrets secrets) {
    this.spec = spec;
    this.secrets = secrets;
  }

  @Override
  public Message message(Notice notice, Instant now) throws Secrets.Unreadable {
    return new Message(
        Addresses.of(secrets.read(spec.url())),
        Map.of("Idempotency-Key", notice.key()),
        Bodies.json(body(notice)));
  }

  @Override
  public String shown(Notice notice) {
    return Bodies.text(body(notice));
  }

  /// Slack says `ok` when it has a message. A proxy or a login page that answers 200 has not taken
  /// it.
  @Override
  public Verdict judged(WebhookClient.Answer.Answered answer) {
    String said = answer.body().strip();
    if (answer.status() == 200) {
      return said.equals("ok")
          ? new Verdict.Taken()
          : new Verdict.Again("it answered 200, but did not say ok");
    }
    return answer.status() / 100 == 2
        ? new Verdict.Again("it answered " + answer.status() + ", expected 200")
        : NoticeForm.refused(answer.status(), WORD.matcher(said).matches() ? said : "");
  }

  private static Map<String, Object> body(Notice notice) {
    List<Map<String, Object>> blocks = new ArrayList<>();
    blocks.add(section("text", text(notice.text(), MAX_TEXT)));
    List<Map<String, Object>> fields =
        notice.fields().stream().limit(MAX_FIELDS).map(SlackForm::field).toList();
    if (!fields.isEmpty()) {
      blocks.add(section("fields", fields));
    }
    String links = links(notice.links());
    if (!links.isEmpty()) {
      blocks.add(section("text", mrkdwn(links)));
    }
    String origin = "gnomon · %s · %s".formatted(notice.kind(), notice.time());
    blocks.add(Map.of("type", "context", "elements", List.of(text(origin, MAX_FIELD))));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(
        "text", Mrkdwn.escaped("[%s] %s".formatted(notice.severity(), notice.title()), MAX_TITLE));
    body.put(
        "attachments", List.of(Map.of("color", colour(notice), "blocks", List.copyOf(blocks))));
    return body;
  }

  private static Map<String, Object> section(String key, Object content) {
    return Map.of("type", "section", key, content);
  }

  private static Map<String, Object> field(Notice.Field field) {
    String name = "*" + Mrkdwn.escaped(field.name(), Notice.MAX_NAME * 2) + "*\n";
    return mrkdwn(name + Mrkdwn.escaped(field.value(), MAX_FIELD - name.length()));
  }

  private static Map<String, Object> text(String text, int max) {
    // A text without a character is refused.
    return mrkdwn(text.isBlank() ? "-" : Mrkdwn.escaped(text, max));
  }

  private static Map<String, Object> mrkdwn(String text) {
    return Map.of("type", "mrkdwn", "text", text, "verbatim", true);
  }

  /// As many as there is room for.
  private static String links(List<Notice.Link> all) {
    StringBuilder links = new StringBuilder();
    for (Notice.Link one : all) {
      String link = (links.isEmpty() ? "" : " · ") + link(one);
      if (links.length() + link.length() <= MAX_TEXT) {
        links.append(link);
      }
    }
    return links.toString();
  }

  /// `|` and `>` end the address of a link.
  private static String link(Notice.Link link) {
    String href = link.href().replace("|", "%7C").replace("<", "%3C").replace(">", "%3E");
    String text = Mrkdwn.escaped(link.text().replace("|", "/"), 150);
    return "<" + href.replace("&", "&amp;") + "|" + text + ">";
  }

  /// Red, amber, blue; green when it is over.
  private static String colour(Notice notice) {
    if (notice.action() == Notice.Action.RESOLVE) {
      return "#2eb67d";
    }
    return colour(notice.severity());
  }

  private static String colour(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "#d40e0d";
      case WARNING -> "#ecb22e";
      case INFO -> "#36c5f0";
    };
  }
}
