package dev.gnomon.bench.scenarios;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What scenarios happen to: `orders` and `ledger`, served from the cell `east`, each with a copy
/// in `west` that is renewed every half hour, and their users' data. The cell `hub` has the control
/// store. All settings but `automation: auto` are the defaults.
final class Shop {
  static final CellName EAST = new CellName("east");
  static final CellName WEST = new CellName("west");
  static final CellName HUB = new CellName("hub");
  static final Duration EVERY = Duration.ofMinutes(30);
  private static final String GOOD = "good ";
  private static final String BAD = "bad ";

  private final Path root;
  final Catalogue catalogue;

  Shop(Path root, boolean returns) throws IOException {
    this.root = root;
    RollbackMode mode = returns ? RollbackMode.SWITCH_AND_RESTORE : RollbackMode.SWITCH;
    Files.createDirectories(root.resolve("links"));
    for (String name : Plant.SERVICES) {
      Files.createDirectories(home(name));
      for (int i = 0; i < 8; i++) {
        Files.writeString(home(name).resolve("item" + i), name + " item " + i);
      }
      Files.writeString(home(name).resolve("state"), GOOD + 0);
    }
    this.catalogue =
        new Catalogue(
            List.of(EAST, WEST, HUB).stream()
                .map(cell -> new Cell(cell, Optional.empty(), Optional.empty()))
                .toList(),
            HUB,
            Plant.SERVICES.stream().map(name -> resource(name, mode)).toList(),
            Catalogue.DEFAULT_CLOCK_TOLERANCE,
            List.of(),
            List.of(),
            Policies.DEFAULT);
  }

  private Path home(String name) {
    return root.resolve("east").resolve(name);
  }

  private Resource resource(String name, RollbackMode mode) {
    return new Resource(
        new ResourceName(name),
        EAST,
        home(name),
        Priority.NORMAL,
        List.of(
            new ShadowSpec(
                WEST,
                ShadowType.FULL,
                Optional.of(EVERY),
                Optional.of(root.resolve("west-copies").resolve(name)))),
        mode,
        Automation.AUTO,
        true,
        List.of(),
        Keep.DEFAULT,
        Hooks.NONE,
        OnChange.RETRY,
        List.of(new ActuatorSpec.Symlink(root.resolve("links").resolve(name))),
        List.of(),
        OnFail.ROLLBACK,
        OnFail.NOTIFY,
        Limits.DEFAULT,
        Optional.empty());
  }

  /// A user's write through the link.
  ///
  /// @return whether it was acknowledged
  boolean write(String name, Instant time, boolean bad) {
    Path file = root.resolve("links").resolve(name).resolve("state");
    try {
      Files.writeString(file, (bad ? BAD : GOOD) + time.getEpochSecond());
      Files.setLastModifiedTime(file, FileTime.from(time));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// What users read.
  ///
  /// @param bad whether it is wrong
  /// @param written when the newest write was that is in it
  record Content(boolean bad, Instant written) {}

  /// @return empty if nothing can be read
  Optional<Content> read(String name) {
    try {
      String text =
          Files.readString(
              root.resolve("links").resolve(name).resolve("state"), StandardCharsets.UTF_8);
      boolean bad = text.startsWith(BAD);
      long seconds = Long.parseLong(text.substring((bad ? BAD : GOOD).length()));
      return Optional.of(new Content(bad, Instant.ofEpochSecond(seconds)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Takes the disks of the home cell away, or brings them back.
  void home(boolean away) throws IOException {
    Path there = root.resolve("east");
    Path gone = root.resolve("east-is-away");
    if (away && Files.exists(there)) {
      Files.move(there, gone);
    }
    if (!away && Files.exists(gone)) {
      Files.move(gone, there);
    }
  }

  /// The placeholders of fenced primaries can't be removed before they are mutable again.
  void release() throws IOException, InterruptedException {
    try {
      int ignored =
          new ProcessBuilder("chattr", "-R", "-i", root.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
    } catch (IOException e) {
      // Without the program nothing was made immutable.
    }
  }
}
