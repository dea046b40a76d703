package dev.gnomon.core.actuators;

import com.fasterxml.jackson.annotation.JsonAlias;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Answers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What people are told. Names and reasons in it come from elsewhere: they are cleaned of what
/// can't be shown and cut, so that a notice is never too large to be sent and the limits below
/// hold.
///
/// @param id the same for repeats of the same notice; any text
/// @param kind what happened, such as `rollback-failed`
/// @param action what it means for its episode
/// @param episode what belongs together for the receiver, such as all that befalls one resource
///   until it is well again
/// @param incident what a target that keeps incidents has one of, within the episode: trouble that
///   has to alarm somebody whatever is known already is one of its own. The episode itself if
///   absent
/// @param subject resource, cell or update that it is about
/// @param time when it happened
/// @param title one line, at most [#MAX_TITLE]
/// @param text a few sentences, at most [#MAX_TEXT]
/// @param fields at most [#MAX_FIELDS]
/// @param links at most [#MAX_LINKS]
public record Notice(
    String id,
    String kind,
    Severity severity,
    Action action,
    String episode,
    Optional<String> incident,
    Optional<String> subject,
    Instant time,
    String title,
    String text,
    List<Field> fields,
    List<Link> links) {
  public static final int MAX_TITLE = 200;
  public static final int MAX_TEXT = 12_000;
  public static final int MAX_FIELDS = 20;
  public static final int MAX_NAME = 100;
  public static final int MAX_VALUE = 1000;
  public static final int MAX_LINKS = 5;
  public static final int MAX_HREF = 2000;
  private static final int MAX_ID = 1000;
  private static final int REPLACEMENT = 0xFFFD;

  /// What a notice means for its episode.
  public enum Action {
    /// There is trouble, new or still.
    TRIGGER,
    /// Gnomon does something about it. That nobody else needs to is not said.
    @JsonAlias("ACKNOWLEDGE")
    INFORM,
    /// The episode is over.
    RESOLVE,
    /// One incident of an episode is over; only for targets that keep incidents.
    CLOSE
  }

  public record Field(String name, String value) {
    public Field {
      name = line(name, MAX_NAME);
      value = clean(value, MAX_VALUE);
    }
  }

  /// @param href an http or https address of at most [#MAX_HREF] characters
  public record Link(String text, String href) {
    private static final Pattern ADDRESS = Pattern.compile("https?://[\\x21-\\x7e]+");

    public Link {
      text = line(text, MAX_NAME);
      if (!possible(href)) {
        throw new IllegalArgumentException("not an address that can be linked to");
      }
    }

    public static boolean possible(String href) {
      return href.length() <= MAX_HREF && ADDRESS.matcher(href).matches();
    }
  }

  public Notice {
    // Another id must not become the same.
    id = clean(id, MAX_ID).equals(id) ? id : Answers.key(id);
    kind = line(kind, MAX_NAME);
    episode = line(episode, MAX_VALUE);
    incident = incident.map(value -> line(value, MAX_VALUE));
    subject = subject.map(value -> line(value, MAX_TITLE));
    title = line(title, MAX_TITLE);
    text = clean(text, MAX_TEXT);
    fields = List.copyOf(fields.subList(0, Math.min(fields.size(), MAX_FIELDS)));
    links = List.copyOf(links.subList(0, Math.min(links.size(), MAX_LINKS)));
  }

  /// Trouble that is an episode of its own, without more to say.
  public static Notice of(
      String id, String kind, Severity severity, Instant time, String title, String text) {
    return new Notice(
        id,
        kind,
        severity,
        Action.TRIGGER,
        kind + "/" + id,
        Optional.empty(),
        Optional.empty(),
        time,
        title,
        text,
        List.of(),
        List.of());
  }

  /// As a part of an episode.
  public Notice in(String other, Action meaning) {
    return new Notice(
        id, kind, severity, meaning, other, incident, subject, time, title, text, fields, links);
  }

  /// As an incident of its own within its episode.
  public Notice alarming(String other) {
    return new Notice(
        id,
        kind,
        severity,
        action,
        episode,
        Optional.of(other),
        subject,
        time,
        title,
        text,
        fields,
        links);
  }

  public Notice about(String other) {
    return new Notice(
        id,
        kind,
        severity,
        action,
        episode,
        incident,
        Optional.of(other),
        time,
        title,
        text,
        fields,
        links);
  }

  public Notice with(String name, Object value) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(name, String.valueOf(value)));
    return new Notice(
        id, kind, severity, action, episode, incident, subject, time, title, text, more, links);
  }

  public Notice linked(List<Link> to) {
    return new Notice(
        id, kind, severity, action, episode, incident, subject, time, title, text, fields, to);
  }

  /// The incident that it is about.
  public String incidentName() {
    return incident.orElse(episode);
  }

  /// A name of 36 characters that stands for the id: in records, and for receivers that drop
  /// repeats.
  public String key() {
    return Answers.key(id);
  }

  /// Text without what can't be shown or changes how the rest is shown: control characters but line
  /// breaks and tabs, halves of characters, characters that turn the direction of text.
  ///
  /// @param max in `char`s; longer text is cut between characters and ends with an ellipsis
  public static String clean(String text, int max) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), max));
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int length = Character.charCount(c);
      int shown = shown(c);
      int left = max - clean.length() - Character.charCount(shown);
      boolean last = at + length >= text.length();
      if (left < 0 || (left == 0 && !last)) {
        return clean.append(clean.length() < max ? "…" : "").toString();
      }
      clean.appendCodePoint(shown);
      at += length;
    }
    return clean.toString();
  }

  /// The same on one line.
  public static String line(String text, int max) {
    return clean(text.replaceAll("\\R|\t", " "), max);
  }

  private static int shown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c == '\n' || c == '\t' ? c : ' ';
      case Character.SURROGATE, Character.UNASSIGNED -> REPLACEMENT;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '\n';
      case Character.FORMAT -> turnsText(c) ? REPLACEMENT : c;
      default -> c;
    };
  }

  private static boolean turnsText(int c) {
    return c == 0x61C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
