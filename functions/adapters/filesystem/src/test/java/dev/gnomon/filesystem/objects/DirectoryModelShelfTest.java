package dev.gnomon.filesystem.objects;

import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.predictions.ModelShelfContract;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

class DirectoryModelShelfTest extends ModelShelfContract {
  @TempDir Path directory;

  @Override
  protected ObjectStore openEmptyStore() {
    return DirectoryObjectStore.open(directory.resolve("control"), Clock.systemUTC());
  }
}
