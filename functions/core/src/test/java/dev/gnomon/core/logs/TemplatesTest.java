package dev.gnomon.core.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplatesTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  /// Shared by the processes of a test.
  private static final class SharedBook implements TemplateBook {
    private final Set<String> texts = new TreeSet<>();

    @Override
    public Optional<Set<String>> all() {
      return Optional.of(new HashSet<>(texts));
    }

    @Override
    public Optional<Set<String>> met(Collection<String> more) {
      texts.addAll(more);
      return all();
    }
  }

  private static String text(String line) {
    return new Templates(TemplateBook.none()).of(line, NOW).text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-11-22T10:00:00Z ERROR Timeout after 300 ms of 10.0.0.7:5432 | <*> ERROR Timeout after <*> ms of <*>",
        "login of alice@example.com failed | login of <*> failed",
        "GET /users/alice?token=abc done | GET <*> done",
        "password: hunter rest | password: <*> rest",
        "password=hunter rest | password=<*> rest",
        "Authorization: Bearer abcdef end | Authorization: <*> end",
        "db_password hunter end | db_password <*> end",
        "said \"my dear secret\" twice | said <*> twice",
        "id deadbeefcafe42 took 7ms 8ms 9ms | id <*> took <*>",
        "xqzvbnmkjhgfdsapoiuytrewq went | <*> went",
        "key:value pair | <*> pair",
        "Verbindung ungültig | Verbindung ungültig",
        "user=alice logged in | user=<*> logged in"
      })
  void whatDiffersOrIsSecretIsMasked(String line, String template) {
    assertThat(text(line)).isEqualTo(template);
  }

  @Test
  void linesThatHaveHalfOfTheirTokensInCommonAreOne() {
    Templates templates = new Templates(TemplateBook.none());
    Template alice = templates.of("user alice logged in", NOW);

    assertThat(templates.of("user bob logged in", NOW)).isEqualTo(alice);
    assertThat(templates.of("user bob was removed", NOW)).isNotEqualTo(alice);
    assertThat(templates.of("user bob logged in again", NOW)).isNotEqualTo(alice);
  }

  @Test
  void aTemplateHasTheSameNameInAllProcessesAndAfterARestart() {
    SharedBook book = new SharedBook();
    Templates one = new Templates(book);
    Templates other = new Templates(book);
    List<String> lines = new ArrayList<>();
    for (String name : List.of("alice", "bob", "carol", "dave")) {
      lines.add("user " + name + " logged in");
      lines.add("cache of " + name + " is cold now");
    }
    // Both at once: what is met is told when lines are in already.
    lines.forEach(line -> one.of(line, NOW));
    List<String> otherwise = new ArrayList<>(lines);
    Collections.reverse(otherwise);
    otherwise.forEach(line -> other.of(line, NOW));
    one.tell();
    other.tell();
    Instant later = NOW.plus(Duration.ofMinutes(1));

    Templates restarted = new Templates(book);
    for (String line : List.of("user erin logged in", "cache of erin is cold now")) {
      String id = one.of(line, later).id();
      assertThat(other.of(line, later).id()).isEqualTo(id);
      assertThat(restarted.of(line, later).id()).isEqualTo(id);
    }
    assertThat(book.texts).hasSizeLessThanOrEqualTo(4);
    assertThat(new Template(List.of("user", "<*>")).id()).isEqualTo("b75af7020aca");
  }

  @Test
  void aMillionDistinctLinesFillNoMoreThanThePlacesThereAre() {
    Templates templates = new Templates(TemplateBook.none());
    Random random = new Random(7);
    Set<Template> met = new HashSet<>();
    Template first = templates.of("known line of old", NOW);
    for (int i = 0; i < 1_000_000; i++) {
      StringBuilder line = new StringBuilder();
      for (int word = random.nextInt(5); word >= 0; word--) {
        line.append((char) ('a' + random.nextInt(26)))
            .append((char) ('a' + random.nextInt(26)))
            .append((char) ('a' + random.nextInt(26)))
            .append(' ');
      }
      met.add(templates.of(line.toString(), NOW));
    }

    assertThat(met).hasSizeLessThanOrEqualTo(Templates.AT_MOST + 1).contains(Template.OTHER);
    assertThat(templates.of("known line of old", NOW)).isEqualTo(first);
  }

  @Test
  void hostileLinesAreShortTemplates() {
    for (String line :
        List.of(
            "",
            " \t\n",
            "x".repeat(1 << 20),
            "a ".repeat(1 << 19),
            "\u0000\u001b[31mred\u001b[0m\u007f\u0085",
            "\uFFFD\uD800 lone",
            "\"never closed ".repeat(1000),
            "password=".repeat(10_000))) {
      String text = text(line);

      assertThat(text.length()).isBetween(1, Template.TEXT_AT_MOST);
      assertThat(text.chars()).noneMatch(c -> c < ' ' || (c >= 0x7F && c < 0xA0));
      assertThat(Template.parse(text).text()).isEqualTo(text);
    }
  }

  @Test
  void whatIsNotMetForLongMakesRoom() {
    Templates templates = new Templates(TemplateBook.none());
    for (int i = 0; i < Templates.AT_MOST; i++) {
      templates.of("old" + "abcdefghijklmnopqrst".charAt(i % 20) + letters(i) + " release", NOW);
    }
    assertThat(templates.of("another release begins", NOW)).isEqualTo(Template.OTHER);
    Instant later = NOW.plus(Templates.KEPT).plus(Duration.ofHours(2));

    Template fresh = templates.of("another release begins", later);

    assertThat(fresh).isNotEqualTo(Template.OTHER);
    assertThat(templates.of("another release begins", later)).isEqualTo(fresh);
  }

  private static String letters(int number) {
    StringBuilder text = new StringBuilder();
    for (int left = number + 1; left > 0; left /= 26) {
      text.append((char) ('a' + left % 26));
    }
    return text.toString();
  }
}
