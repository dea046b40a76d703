package dev.gnomon.images;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// The directory that images are made in. It is gone when they are made, also when TERM or Ctrl-C
/// ends that, and with it the processes that worked there. The launcher removes what a killed one
/// left.
final class WorkDirectory implements AutoCloseable {
  private static final int ATTEMPTS = 20;

  private final Path path;
  private final Thread atExit = new Thread(this::exit, "images end");

  /// @param path is removed in the end, with all that is in it
  WorkDirectory(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Path path() {
    return path;
  }

  /// Does not return while the process is ending: what meets the end of its files is no fault.
  @Override
  public void close() throws IOException, InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      new CountDownLatch(1).await();
    }
    delete();
  }

  private void exit() {
    System.err.println("gnomon images: stopping; no image that was not named is made");
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    try {
      for (int attempt = 1; Files.exists(path); attempt++) {
        try {
          delete();
        } catch (IOException e) { // somebody still writes
          if (attempt == ATTEMPTS) {
            throw e;
          }
          Thread.sleep(50);
        }
      }
    } catch (IOException e) {
      System.err.println("gnomon images: could not remove " + path + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void delete() throws IOException {
    MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
