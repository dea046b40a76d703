package dev.gnomon.protect;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.control.WrittenOnce;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.routes.StoreIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/// Remembers, beside the epochs that this host applied, the control store that they come from. In
/// another one every route would begin at epoch 1 again: actuators would refuse it as outdated, and
/// shadows would take the fenced tree of a rollback for good.
///
/// @param state the directory that remembers epochs
record ControlStoreMark(Path state) {
  static final String FILE = "control-store.json";

  /// @param cell whose store it was when it was remembered; for people
  record Remembered(CellName cell, StoreIdentity store) {}

  /// The identity that is remembered, if one is.
  Optional<Remembered> remembered() {
    Path file = state.resolve(FILE);
    try {
      Optional<byte[]> content = new WrittenOnce(file).read();
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(Json.MAPPER.readValue(content.get(), Remembered.class));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(
          file + " must name the control store, but can't be read: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read: " + e, e);
    }
  }

  /// What is wrong if this is not the control store that is remembered; it is remembered if none
  /// was.
  ///
  /// @throws dev.gnomon.core.objects.ObjectStoreException if the store is away
  Optional<String> differs(CellName cell, ControlRecords records) {
    Optional<Remembered> known = remembered();
    if (known.isEmpty()) {
      write(new Remembered(cell, StoreIdentity.of(records, UUID.randomUUID().toString())));
      known = remembered();
    }
    Remembered before = known.orElseThrow();
    Optional<StoreIdentity> found = StoreIdentity.find(records);
    return found.equals(Optional.of(before.store()))
        ? Optional.empty()
        : Optional.of(words(cell, found, before));
  }

  private String words(CellName cell, Optional<StoreIdentity> found, Remembered before) {
    return "the control store in cell %s %s, but this installation began with %s in cell %s (%s). All routes would begin at epoch 1 again. Set control.cell in the catalogue (and the store of that cell) to the one from before. To go on with the new one on purpose, first bring every resource home, then stop everything and move %s away"
        .formatted(
            cell,
            found.map(id -> "is " + id.id()).orElse("has no identity yet"),
            before.store().id(),
            before.cell(),
            state.resolve(FILE),
            state);
  }

  private void write(Remembered now) {
    try {
      if (!Files.isDirectory(state)) {
        Files.createDirectories(
            state,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      new WrittenOnce(state.resolve(FILE)).write(Json.MAPPER.writeValueAsBytes(now));
    } catch (IOException e) {
      throw new UncheckedIOException(state.resolve(FILE) + " can't be written: " + e, e);
    }
  }
}
