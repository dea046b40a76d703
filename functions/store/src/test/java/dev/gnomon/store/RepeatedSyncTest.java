package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.shadow.Point;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory that is brought from point to point by one process, as the replica of a shadow by
/// interval is.
class RepeatedSyncTest {
  private static final int FILES = 20;

  @TempDir Path directory;
  private final Set<Path> read = ConcurrentHashMap.newKeySet();
  private StoreFixture store;
  private Path site;
  private Path replica;
  private Point first;

  @BeforeEach
  void sync() throws IOException {
    SourceFiles files =
        file -> {
          read.add(file.path());
          return SourceFiles.DIRECT.open(file);
        };
    store = StoreFixture.on(new InMemoryObjectStore(), StoreSettings.DEFAULT.withFiles(files));
    site = Files.createDirectory(directory.resolve("site"));
    replica = directory.resolve("replica");
    for (int i = 0; i < FILES; i++) {
      Trees.write(site.resolve("dir" + i % 3 + "/file" + i), "content " + i);
    }
    first = store.capture(site);
    store.restore(first.id(), replica);
    // What has changed just now is read again.
    Patience.await()
        .untilAsserted(() -> {
          read.clear();
          store.restore(first.id(), replica);
          assertThat(read).isEmpty();
        });
  }

  @Test
  void onlyWhatChangedIsReadInTheReplica() {
    Trees.write(site.resolve("dir1/file1"), "CONTENT 1");
    Point second = store.capture(site);
    read.clear();

    store.restore(second.id(), replica);

    assertThat(read).containsExactly(replica.resolve("dir1/file1"));
    assertThat(Trees.describe(replica)).isEqualTo(Trees.describe(site));
  }

  @Test
  void aFileThatWasChangedBehindSizeAndTimeIsFoundAllTheSame() throws IOException {
    Path file = replica.resolve("dir2/file2");
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "damaged 2".substring(0, "content 2".length()));
    Files.setLastModifiedTime(file, time);

    store.restore(first.id(), replica);

    assertThat(file).hasContent("content 2");
  }
}
