package dev.gnomon.filesystem.actuators;

import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.Epoch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/// Epochs in a directory: `(hash of the key).epoch` holds the number, `(hash).lock` is locked while
/// work goes on. All processes that act on the same things have to be given the same directory; it
/// belongs with the data directory, since epochs begin anew with a new control store.
public final class FileAppliedEpochs implements AppliedEpochs {
  /// How long a call waits for others that work on the same key.
  public static final Duration TURN_WAIT = Duration.ofSeconds(20);

  private final Path directory;
  private final Duration turnWait;

  /// @param directory made, with mode 0700, when it is first used
  public FileAppliedEpochs(Path directory) {
    this(directory, TURN_WAIT);
  }

  /// @param turnWait how long a call waits for others that work on the same key
  public FileAppliedEpochs(Path directory, Duration turnWait) {
    this.directory = directory.toAbsolutePath().normalize();
    this.turnWait = turnWait;
  }

  @Override
  public <T> T inTurn(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
    return locked(
        key,
        lock -> lock.alone(turnWait),
        () -> {
          Path file = file(key, ".epoch");
          long remembered = remembered(file);
          if (remembered > epoch.value()) {
            return outdated.apply(remembered);
          }
          if (remembered < epoch.value()) {
            remember(file, epoch);
          }
          return work.get();
        });
  }

  @Override
  public <T> T during(String key, Epoch epoch, Supplier<T> work, LongFunction<T> outdated) {
    return locked(
        key,
        lock -> lock.shared(turnWait),
        () -> {
          long remembered = remembered(file(key, ".epoch"));
          return remembered > epoch.value() ? outdated.apply(remembered) : work.get();
        });
  }

  private interface Holding {
    Optional<KeyLock.Hold> of(KeyLock lock) throws IOException;
  }

  private interface Work<T> {
    T get() throws IOException;
  }

  private <T> T locked(String key, Holding holding, Work<T> work) {
    try {
      makeDirectory();
      try (KeyLock.Hold held =
          holding.of(KeyLock.of(file(key, ".lock"))).orElseThrow(() -> busy(key))) {
        return work.get();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void makeDirectory() throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private Unavailable busy(String key) {
    return new Unavailable(
        "others have worked on '%s' for longer than %d ms; the lock is in %s"
            .formatted(key, turnWait.toMillis(), directory));
  }

  private static long remembered(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException e) {
      return 0;
    }
    if (!text.matches("[1-9][0-9]{0,18}")) {
      throw new IOException(
          file + " must hold the number of an epoch, but holds " + text.length() + " other bytes");
    }
    return Long.parseLong(text);
  }

  private void remember(Path file, Epoch epoch) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(ByteBuffer.wrap((epoch + "\n").getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path file(String key, String suffix) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return directory.resolve(HexFormat.of().formatHex(hash, 0, 20) + suffix);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
