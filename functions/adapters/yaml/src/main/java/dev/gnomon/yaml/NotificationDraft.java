package dev.gnomon.yaml;

import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;
import dev.gnomon.core.catalogue.NotificationTarget.Mode;
import dev.gnomon.core.catalogue.Secret;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Answers;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What could be read of one target of notices. Its kind follows from its keys; a bare address is a
/// webhook.
///
/// @param kind its key in the file
/// @param text what stands there: an address, or where a secret is read from
record NotificationDraft(Section at, String kind, String text, Channel channel) {
  private static final URI PAGERDUTY = URI.create("https://events.pagerduty.com/v2/enqueue");
  private static final int NAME_CHARS = 8;

  /// Keys that only some kinds have.
  private static final Map<String, Set<String>> OWN_KEYS =
      Map.of(
          "webhook", Set.of(),
          "slack", Set.of(),
          "pagerduty", Set.of("endpoint"),
          "generic", Set.of("secret"),
          "cloudEvent", Set.of("mode", "token"));

  /// The targets of a list. One that stands there twice is told once.
  static List<NotificationTarget> targets(Section list) {
    Map<String, Section> names = new LinkedHashMap<>();
    List<NotificationTarget> targets = new ArrayList<>();
    for (Section item : list.items()) {
      Optional<NotificationDraft> draft = read(item);
      if (draft.isEmpty()) {
        continue;
      }
      NotificationTarget target = draft.get().target();
      Section before = names.putIfAbsent(target.name(), item);
      if (before == null) {
        targets.add(target);
      } else if (item.has("name") || before.has("name")) {
        (item.has("name") ? item.at("name") : item)
            .error(
                "the target name '%s' is taken by line %d: names are given once"
                    .formatted(target.name(), list.problems().lineOf(before.pointer())));
      } else {
        item.warning(
            "the same target stands in line %d: it is told once"
                .formatted(list.problems().lineOf(before.pointer())));
      }
    }
    return targets;
  }

  static Optional<NotificationDraft> read(Section at) {
    if (at.problems().wrong(at.pointer())) {
      return Optional.empty();
    }
    if (!at.node().isObject()) {
      return address(at)
          .map(url -> new NotificationDraft(at, "webhook", shown(at), new Channel.Text(url)));
    }
    return OWN_KEYS.keySet().stream()
        .filter(at::has)
        .findFirst()
        .flatMap(kind -> {
          fits(at, kind);
          Section value = at.at(kind);
          return channel(at, kind)
              .map(channel -> new NotificationDraft(at, kind, shown(value), channel));
        });
  }

  private static Optional<Channel> channel(Section at, String kind) {
    Section value = at.at(kind);
    return switch (kind) {
      case "slack" -> address(value).map(Channel.Slack::new);
      case "pagerduty" -> {
        URI endpoint = at.at("endpoint").value(URI::create).orElse(PAGERDUTY);
        yield secret(value).map(key -> new Channel.PagerDuty(key, endpoint));
      }
      case "generic" -> {
        Optional<Secret> secret = secret(at.at("secret"));
        yield address(value).map(url -> new Channel.Generic(url, secret));
      }
      case "cloudEvent" -> {
        Mode mode = at.at("mode").choice(Mode.class).orElse(Mode.BINARY);
        Optional<Secret> token = secret(at.at("token"));
        yield address(value).map(url -> new Channel.CloudEvent(url, mode, token));
      }
      default -> address(value).map(Channel.Text::new);
    };
  }

  private NotificationTarget target() {
    String made =
        kind.toLowerCase(java.util.Locale.ROOT) + "-" + Answers.key(text).substring(0, NAME_CHARS);
    // A name of a wrong form was reported by the schema.
    String name =
        at.problems().wrong(at.pointer() + "/name") ? made : at.at("name").text().orElse(made);
    return new NotificationTarget(
        name, channel, at.at("least").choice(Severity.class).orElse(Severity.INFO));
  }

  private static String shown(Section value) {
    return value.text().orElse("");
  }

  /// An address, or where it is read from.
  private static Optional<Secret> address(Section at) {
    Optional<Secret> read = secret(at);
    return read.isPresent() ? read : at.value(NotificationDraft::given);
  }

  /// What a URI says of its mistakes would show it.
  private static Secret given(String text) {
    try {
      return new Secret.Given(new URI(text).toString());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "expected an address, found a character that none may have: " + e.getReason(), e);
    }
  }

  static Optional<Secret> secret(Section at) {
    if (at.problems().wrong(at.pointer())) {
      return Optional.empty();
    }
    Optional<String> text = at.text();
    if (text.filter(value -> value.startsWith("env:")).isPresent()) {
      return text.map(value -> new Secret.Variable(value.substring("env:".length())));
    }
    return text.filter(value -> value.startsWith("file:"))
        .flatMap(value -> at.path(value.substring("file:".length())))
        .map(Secret.Content::new);
  }

  private static void fits(Section at, String kind) {
    for (Map.Entry<String, Set<String>> other : OWN_KEYS.entrySet()) {
      for (String key : other.getValue()) {
        if (!other.getKey().equals(kind) && at.has(key)) {
          at.problems().keyError(at.pointer() + "/" + key, "a " + kind + " target has no " + key);
        }
      }
    }
  }
}
