package dev.gnomon.local.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Takes shadows of a small tree straight into a store, damages it and restores it, and undoes
/// writes of a journal, so that the JVM can record which classes such commands load and which of
/// their methods are worth compiling (JEP 514, 515). The launcher runs this after a build; nothing
/// depends on it but the time that later commands take.
public final class StoreTraining {
  private static final int DIRECTORIES = 60;
  private static final int FILES_EACH = 40;
  private static final int BIG_FILES = 2;
  private static final int BIG_BYTES = 3 << 20;
  private static final int MAX_SMALL_BYTES = 2 << 10;
  private static final int DAMAGED_EACH = 25;
  private static final int UNCHANGED_SHADOWS = 3;
  private static final int RESTORES = 3;
  private static final int UNDOS = 2;
  private static final int UNDONE_WRITES = 500;

  private final Path directory;
  private final Random random = new Random(4);
  private int shadows;

  private StoreTraining(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] arguments) throws IOException {
    train();
    System.exit(0); // as the commands themselves end
  }

  static void train() throws IOException {
    Path directory = Files.createTempDirectory("gnomon-training").toRealPath();
    try {
      new StoreTraining(directory).run();
    } finally {
      delete(directory);
    }
  }

  private void run() throws IOException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    List<Path> files = fill(tree);
    shadow(tree);
    for (int i = 0; i < UNCHANGED_SHADOWS; i++) {
      shadow(tree);
    }
    for (int i = 0; i < RESTORES; i++) {
      damage(files, i);
      restore(tree, i % 2 == 1);
    }
    damage(files, RESTORES);
    shadow(tree);
    restore(directory.resolve("restored"), false);
    command("points", "list");
    journal(tree);
  }

  /// Writes files as transactions of a journal, and takes the writes back.
  private void journal(Path tree) throws IOException {
    command("journal", "begin", "training", "--point", "training@" + shadows);
    for (int u = 0; u < UNDOS; u++) {
      List<String> lines = new ArrayList<>();
      for (int w = 0; w < UNDONE_WRITES; w++) {
        String key = "d%d/d%d/file-%d".formatted(w % 7, w % 7, w / 7 % FILES_EACH);
        String text = "written " + random.nextLong();
        Files.writeString(tree.resolve(key), text);
        lines.add(
            """
            {"id":"%d-%d","time":"2026-03-01T10:00:00Z",\
            "writes":[{"op":"put","key":"%s","text":"%s"}]}\
            """
                .formatted(u, w, key, text));
      }
      Path file = Files.write(directory.resolve("writes"), lines);
      command("journal", "append", "training", "--file", file.toString());
      command(
          "journal",
          "undo",
          "training",
          "--last",
          Integer.toString(UNDONE_WRITES),
          "--in",
          tree.toString());
    }
  }

  private List<Path> fill(Path tree) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int d = 0; d < DIRECTORIES; d++) {
      Path below = Files.createDirectories(tree.resolve("d" + d % 7).resolve("d" + d));
      for (int f = 0; f < FILES_EACH; f++) {
        byte[] words = new byte[random.nextInt(MAX_SMALL_BYTES)];
        for (int i = 0; i < words.length; i++) {
          words[i] = (byte) ('a' + random.nextInt(1 + i % 16)); // shrinks as text does
        }
        files.add(Files.write(below.resolve("file-" + f), words));
      }
      Files.createSymbolicLink(below.resolve("link"), Path.of("file-0"));
    }
    for (int b = 0; b < BIG_FILES; b++) {
      byte[] noise = new byte[BIG_BYTES];
      random.nextBytes(noise);
      files.add(Files.write(tree.resolve("big-" + b), noise));
    }
    return files;
  }

  private static void damage(List<Path> files, int from) throws IOException {
    for (int i = from; i < files.size(); i += DAMAGED_EACH) {
      if (i % 2 == 0) {
        Files.deleteIfExists(files.get(i));
      } else {
        Files.writeString(files.get(i), "damaged " + from);
      }
    }
  }

  private void shadow(Path tree) {
    shadows++;
    command("shadow", "--path", tree.toString(), "--resource", "training");
  }

  private void restore(Path to, boolean trustStat) {
    List<String> words =
        new ArrayList<>(
            List.of("restore", "--point", "training@1", "--to", to.toString(), "--allow-deletes"));
    if (trustStat) {
      words.add("--trust-stat");
    }
    command(words.toArray(String[]::new));
  }

  private void command(String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("--store", "file:" + directory.resolve("store")));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, false, StandardCharsets.UTF_8);
    int code =
        Gnomon.run(
            command.toArray(String[]::new), StackStarter.NONE, new Console(out, out, false, false));
    if (code != 0) { // what it would have trained stays slow
      out.flush();
      throw new IllegalStateException(command + ": " + output.toString(StandardCharsets.UTF_8));
    }
  }

  private static void delete(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path at, @Nullable IOException e)
              throws IOException {
            Files.delete(at);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
