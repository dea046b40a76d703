package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.filesystem.calls.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaCommandTest {
  @TempDir Path root;
  private Path source;
  private Path target;

  @BeforeEach
  void make() throws IOException {
    assumeTrue(Linux.get().isPresent(), "needs 64-bit Linux");
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
}
