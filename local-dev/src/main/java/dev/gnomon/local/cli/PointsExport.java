package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.core.control.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `points export`.
@Command(
    name = "export",
    description = {
      "Writes a point as a tar archive (POSIX pax), without a mount and without unpacking it anywhere.",
      "Unpack it as root with: tar --xattrs --xattrs-include='*' --acls --numeric-owner -xpf FILE"
    },
    mixinStandardHelpOptions = true)
final class PointsExport implements Runnable {
  private static final String STANDARD_OUTPUT = "-";
  private static final int BUFFER_BYTES = 1 << 16;

  private final Gnomon top;

  @Mixin private PointSource.One one = new PointSource.One();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "A new file, or - for standard output.")
  private String to = "";

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "Only what is at or below this path of the point.")
  private String path = "";

  PointsExport(Gnomon top) {
    this.top = top;
  }

  @Override
  public void run() {
    PointName name = one.name();
    Console console = top.console;
    if (to.equals(STANDARD_OUTPUT) && console.json()) {
      throw Failure.wrongUse("--json and --to - both want standard output");
    }
    long start = System.nanoTime();
    try {
      if (to.equals(STANDARD_OUTPUT)) {
        write(name, new CheckedPrint(console.out()));
        return;
      }
      long bytes = file(name, Path.of(to).toAbsolutePath());
      if (console.json()) {
        ObjectNode result = Json.MAPPER.createObjectNode();
        console.value(result.put("point", name.id().toString()).put("to", to).put("bytes", bytes));
      }
      console.line(
          "%s is in %s: %s (%s)"
              .formatted(name.id(), to, Amounts.bytes(bytes), Waiting.since(start)));
    } catch (IOException | UncheckedIOException e) {
      throw Failure.failed("'%s' can't be written: %s".formatted(to, e.getMessage()));
    }
  }

  private void write(PointName name, OutputStream out) throws IOException {
    OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
    one.source(top).export(name, path, buffered, top.console);
    buffered.flush();
  }

  /// A file appears under its name when it is whole. Anything else that is there already, such as a
  /// pipe, is written to.
  private long file(PointName name, Path target) throws IOException {
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      try (OutputStream out = Files.newOutputStream(target)) {
        long[] bytes = {0};
        write(name, new CountedOutput(out, (files, more) -> bytes[0] += more));
        return bytes[0];
      }
    }
    refuseOverwriting(target);
    Path directory = Objects.requireNonNull(target.getParent(), "a file has a directory");
    Path part = directory.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      long bytes;
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        write(name, Channels.newOutputStream(channel));
        channel.force(true);
        bytes = channel.size();
      }
      refuseOverwriting(target);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return bytes;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void refuseOverwriting(Path target) throws IOException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException("it is there already");
    }
  }

  /// A PrintStream keeps its faults to itself; here a full disk or a closed pipe is one.
  private static final class CheckedPrint extends OutputStream {
    private final PrintStream out;

    CheckedPrint(PrintStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      if (out.checkError()) {
        throw new IOException("the reader went away, or there is no room");
      }
    }
  }
}
