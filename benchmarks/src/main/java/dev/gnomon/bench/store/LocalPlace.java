package dev.gnomon.bench.store;

import dev.gnomon.bench.work.Trees;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// A directory of this machine.
final class LocalPlace implements Place {
  @Override
  public Opened open(Path directory) throws IOException {
    Path store = Files.createDirectory(directory.resolve("store"));
    return new Opened() {
      @Override
      public String gnomonUrl() {
        return "file:" + store;
      }

      @Override
      public String resticUrl() {
        return store.toString();
      }

      @Override
      public Map<String, String> rustic() {
        return Map.of("RUSTIC_REPOSITORY", store.toString());
      }

      @Override
      public Map<String, String> credentials() {
        return Map.of();
      }

      @Override
      public ObjectStore objects() {
        return DirectoryObjectStore.open(store, Clock.systemUTC());
      }

      @Override
      public long storedBytes() throws IOException {
        return Trees.size(store).bytes();
      }
    };
  }
}
