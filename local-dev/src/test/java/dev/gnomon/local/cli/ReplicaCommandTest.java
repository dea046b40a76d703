package dev.gnomon.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.linux.Linux;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplicaCommandTest {
  @TempDir Path root;
  private Path source;
  private Path target;

  @BeforeEach
  void make() throws IOException {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
    source = Files.createDirectories(root.resolve("source"));
    target = root.resolve("target");
    Files.writeString(source.resolve("file"), "one");
  }

  private Shell replica(String... more) {
    String[] words = new String[3 + more.length];
    words[0] = "replica";
    words[1] = source.toString();
    words[2] = target.toString();
    System.arraycopy(more, 0, words, 3, more.length);
    return Shell.run(words);
  }

  @Test
  void makesADirectoryEqualAndThenOnlyWhatChanged() throws IOException {
    Shell first = replica();
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(target.resolve("file")).hasContent("one");
    Files.writeString(source.resolve("other"), "two");

    Shell second = replica("--json");

    assertThat(second.code()).isZero();
    assertThat(second.json().path("written").asInt()).isEqualTo(1);
    assertThat(second.json().path("equal").asBoolean()).isTrue();
  }

  @Test
  void aDirectoryThatItDidNotMakeIsLeftAlone() throws IOException {
    Files.createDirectory(target);
    Files.writeString(target.resolve("mine"), "mine");

    Shell shell = replica();

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("was not made by this command");
    assertThat(target.resolve("mine")).hasContent("mine");
  }

  @Test
  void anEmptySourceDeletesNothingUnlessItIsSaid() throws IOException {
    assertThat(replica().code()).isZero();
    Files.delete(source.resolve("file"));

    Shell shell = replica();
    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("--allow-shrink");
    assertThat(target.resolve("file")).exists();

    assertThat(replica("--allow-shrink").code()).isZero();
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void aDirectoryIsNotCopiedIntoItselfThroughALink() throws IOException {
    Path alias = Files.createSymbolicLink(root.resolve("alias"), source);
    for (Path within : List.of(alias.resolve("copy"), alias.resolve("new/copy"))) {
      target = within;

      Shell shell = replica();

      assertThat(shell.code()).isEqualTo(Failure.WRONG_USE);
      assertThat(shell.err()).contains("must lie apart");
    }
    try (Stream<Path> entries = Files.list(source)) {
      assertThat(entries).containsExactly(source.resolve("file"));
    }
  }

  /// A mirror that says what it is told to say, one comparison after another, the last thing again
  /// and again.
  private static final class Scripted implements TreeMirror {
    final AtomicInteger rounds = new AtomicInteger();
    private final List<Brought> said;

    Scripted(Brought... said) {
      this.said = List.of(said);
    }

    @Override
    public Brought everything(Depth depth, Control control) {
      return said.get(Math.min(rounds.getAndIncrement(), said.size() - 1));
    }

    @Override
    public Brought changed(List<Change> changes, Control control) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static Brought brought(long deleted, Change... unsettled) {
    return new Brought(
        true, 7, 1, 10, deleted, 0, List.of(unsettled), 0, List.of(), 0, List.of(), Long.MAX_VALUE);
  }

  private Shell replica(TreeMirror mirror) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false, false);
    console.json(true);
    int code =
        new CommandLine(
                new ReplicaCommand(
                    new Gnomon(console, StackStarter.NONE), (from, to, memory) -> mirror))
            .execute(source.toString(), target.toString());
    return new Shell(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  @Test
  void moreThanIsDeletedAtOnceIsDeletedAllTheSame() throws IOException {
    Brought full = brought(100_000, Change.EVERYTHING);
    Scripted mirror = new Scripted(full, full, full, full, brought(50_000));

    Shell shell = replica(mirror);

    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.json().path("deleted").asLong()).isEqualTo(450_000);
    assertThat(shell.json().path("written").asLong()).isEqualTo(5);
    assertThat(shell.json().path("equal").asBoolean()).isTrue();
  }

  @Test
  void whatChangedWhileItWasReadIsComparedAgain() {
    Scripted mirror = new Scripted(brought(0, Change.of("log")), brought(0));

    assertThat(replica(mirror).code()).isZero();
    assertThat(mirror.rounds).hasValue(2);
  }

  @Test
  void aDirectoryThatNeverHoldsStillIsSaidNotToBeEqual() throws IOException {
    Scripted mirror = new Scripted(brought(1, Change.of("log"), Change.of("other")));

    Shell shell = replica(mirror);

    assertThat(shell.code()).isEqualTo(Failure.FAILED);
    assertThat(shell.err()).contains("2 entries, such as 'log'").contains("--follow");
    assertThat(shell.json().path("equal").asBoolean()).isFalse();
    assertThat(mirror.rounds).hasValue(3);
  }

  @Test
  void deletionsThatNeverEndAreGivenUp() {
    Scripted mirror = new Scripted(brought(1, Change.EVERYTHING));

    Shell shell = replica(mirror);

    assertThat(shell.code()).isEqualTo(Failure.FAILED);
    assertThat(shell.err()).contains("run it again");
  }
}
