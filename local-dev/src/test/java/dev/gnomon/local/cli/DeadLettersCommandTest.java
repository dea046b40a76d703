package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.letters.DeadEvent;
import dev.gnomon.core.letters.LetterLimits;
import dev.gnomon.core.letters.Letters;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.local.cli.FakeStack.Answer;
import dev.gnomon.local.cli.FakeStack.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersCommandTest {
  private static final String LINE =
      """
      {"letter": "KEY", "state": "dead", "type": "TYPE", "source": "/ci", "id": "e1", "deaths": 2,
       "destination": "http://127.0.0.1:1/rollback", "since": "2026-01-01T00:00:00Z",
       "time": "2026-01-01T00:00:00Z", "code": "400", "reason": "unknown resource"}
      """;

  @TempDir Path data;
  private FakeStack stack;

  private static String line(String key, String type) {
    return LINE.replace("KEY", key).replace("TYPE", type);
  }

  @BeforeEach
  void start() throws IOException {
    stack =
        new FakeStack(data)
            .on(
                "/dead-letters",
                "{\"unresolved\": 2, \"limit\": 9, \"beyond\": 0, \"next\": \"p1\", \"letters\": [%s]}"
                    .formatted(line("k1", "a")))
            .on(
                "/dead-letters?behind=p1",
                "{\"unresolved\": 2, \"limit\": 9, \"beyond\": 0, \"letters\": [%s]}"
                    .formatted(line("k2", "b")))
            .on(
                "/dead-letters/k1",
                """
                {"letter": LINE, "bytes": 10, "event": "{\\"id\\":\\"e1\\",\\"data_base64\\":\\"eyJhIjoxfQ==\\"}",
                 "steps": [{"kind": "REPLAYING", "time": "2026-01-01T00:00:00Z", "deaths": 1, "by": "alice"}]}
                """
                    .replace("LINE", line("k1", "a")));
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  private Shell run(String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(List.of("--data", data.toString()));
    return Shell.run(all.toArray(String[]::new));
  }

  private static String sent(boolean again) {
    return "{\"by\":\"" + System.getProperty("user.name") + "\",\"again\":" + again + "}";
  }

  @Test
  void listsAllPagesAndShowsOne() throws IOException {
    assertThat(run("deadletters", "list").out())
        .containsPattern("k1 +dead +a +e1 +/rollback .*400: unknown resource")
        .containsPattern("k2 +dead +b");
    assertThat(run("deadletters", "list", "--json").json().path("letters")).hasSize(2);
    assertThat(run("deadletters", "show", "k1").out())
        .contains("\"a\" : 1", "given up")
        .containsPattern("replaying .*alice");
    Shell none = run("deadletters", "show", "k9");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("there is no dead letter 'k9'");
  }

  @Test
  void replaysAllAndGoesOnBehindOneThatFails() {
    stack
        .on(
            "/dead-letters/k1/replay",
            new Answer(400, "{\"status\": 400, \"detail\": \"is gone\"}"))
        .on(
            "/dead-letters/k2/replay",
            "{\"letter\": \"k2\", \"state\": \"replayed\", \"sent\": true}");

    Shell shell = run("deadletters", "replay", "--all");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).contains("k2 was sent again");
    assertThat(shell.err()).contains("1 of 2 failed", "k1: is gone");
    assertThat(stack.received())
        .contains(new Received("POST", "/dead-letters/k2/replay", sent(false)));
  }

  @Test
  void aLetterThatTheBrokerDoesNotTakeIsAFailure() {
    stack.on(
        "/dead-letters/k1/replay",
        "{\"letter\": \"k1\", \"state\": \"dead\", \"sent\": true, \"reason\": \"too many wait\"}");

    Shell shell = run("deadletters", "replay", "k1");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("it is dead still: too many wait");
  }

  @Test
  void whatIsReplayedHasToBeSaid() {
    assertThat(run("deadletters", "replay").code()).isEqualTo(Failure.WRONG_USE);
    assertThat(run("deadletters", "replay", "k1", "--all").code()).isEqualTo(Failure.WRONG_USE);
  }

  @Test
  void aTypeIsReplayedByItself() {
    stack
        .on(
            "/dead-letters?type=a",
            "{\"unresolved\": 2, \"beyond\": 0, \"letters\": [%s]}".formatted(line("k1", "a")))
        .on("/dead-letters/k1/drop", "{\"letter\": \"k1\", \"state\": \"dropped\"}");

    assertThat(run("deadletters", "drop", "--type", "a").out()).contains("k1 was dropped");
  }

  @Test
  void lettersOfAStoreAreReplayedToABrokerThatIsNamed(@TempDir Path cell) throws Exception {
    var store = DirectoryObjectStore.open(cell, Clock.systemUTC());
    Letters letters =
        Letters.of(
            store,
            new ControlRecords(store, () -> UUID.randomUUID().toString()),
            event -> {},
            Checkpoint.NONE,
            new LetterLimits(10, 1 << 20, Duration.ofDays(1)),
            "test",
            System::nanoTime);
    letters
        .take()
        .take(
            new DeadEvent(
                "/ci",
                "e1",
                "dev.gnomon.sweep-due.v1",
                Optional.empty(),
                "http://a/rollback",
                Optional.of("400"),
                Optional.of("why"),
                "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/ci\",\"type\":\"t\"}",
                Optional.empty()));
    String key =
        letters
            .views()
            .overview(dev.gnomon.core.letters.LetterViews.Wanted.ALL, Optional.empty())
            .letters()
            .getFirst()
            .letter();
    String url = "file:" + cell;
    assertThat(run("deadletters", "list", "--store", url).out()).contains(key, "400: why");
    assertThat(run("deadletters", "replay", key, "--store", url).err()).contains("--broker URL");
    String broker = StackAddresses.of(data).broker().toString();

    Shell replayed = run("deadletters", "replay", "--all", "--store", url, "--broker", broker);

    assertThat(replayed.out()).contains(key + " was sent again");
    assertThat(stack.events())
        .singleElement()
        .satisfies(event -> assertThat(event.path("id").asText()).isEqualTo("e1"));
    assertThat(run("deadletters", "list", "--store", url).out()).contains("no dead letter");
    assertThat(run("deadletters", "show", key, "--store", url).out()).contains("replayed");
  }
}
