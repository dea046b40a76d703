package dev.gnomon.store.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a fault of the disk means for the metadata of an entry.
class EntryWriterTest {
  @TempDir Path target;

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"FILE", "DIRECTORY"})
  void attributesThatADiskFailsToReadAreAFaultAndNoRefusal(Kind kind) throws IOException {
    IOException fault = new FileSystemException("dir", null, "can't list: Input/output error");
    EntryWriter.Refusals refusals = new EntryWriter.Refusals();
    try (OpenTree tree = OpenTree.of(target);
        EarlyFlush flush = new EarlyFlush(tree.root())) {
      EntryWriter writer =
          new EntryWriter(
              tree.root(),
              new StoreWorkbench().reader(),
              () -> "id",
              refusals,
              flush,
              Runnable::run,
              (at, of) -> {
                throw fault;
              });

      Meta meta = Meta.of(tree.root().stat().orElseThrow(), new TreeMap<>());

      assertThatThrownBy(() -> writer.meta(tree.root(), kind, meta)).isSameAs(fault);
    }
    assertThat(refusals.summary()).isEmpty();
  }
}
